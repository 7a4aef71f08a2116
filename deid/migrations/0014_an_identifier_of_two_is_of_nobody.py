import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("deid", "0013_subjects_other_identifiers"),
        ("portal", "0005_series_say_what_looked_for_text"),
    ]

    operations = [
        migrations.AlterField(
            model_name="subjectalias",
            name="subject",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="aliases",
                to="portal.subject",
            ),
        ),
    ]
