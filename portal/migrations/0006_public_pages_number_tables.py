from django.db import migrations


def number_tables(apps, schema_editor):
    """Call the tables of published versions by numbers: the names of their files may say who somebody is."""
    for version in apps.get_model("portal", "CollectionVersion").objects.exclude(statistics={}):
        tables = version.statistics.get("tables", [])
        if tables:
            for number, table in enumerate(tables, 1):
                table["title"] = f"Table {number}"
            version.save(update_fields=["statistics"])


class Migration(migrations.Migration):

    dependencies = [("portal", "0005_series_say_what_looked_for_text")]

    operations = [migrations.RunPython(number_tables, migrations.RunPython.noop)]
