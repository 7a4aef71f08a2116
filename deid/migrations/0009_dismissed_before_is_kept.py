from django.db import migrations
from django.db.models import F, Q, Value
from django.db.models.functions import Replace

HINT = " Release it only if the committee knows."


def keep(apps, schema_editor):
    """Call kept what could only be dismissed until now, so that committees are told."""
    findings = apps.get_model("deid", "Finding").objects
    impossible = Q(kind="face", summary__startswith="The face cannot be removed by itself")
    findings.filter(impossible | Q(kind="content"), state="dismissed").update(state="kept")
    findings.filter(kind="content").update(summary=Replace(F("summary"), Value(HINT), Value("")))


class Migration(migrations.Migration):

    dependencies = [("deid", "0008_what_is_kept_knowingly")]

    operations = [migrations.RunPython(keep, migrations.RunPython.noop)]
