from django.db import migrations, models


def tell(apps, schema_editor):
    files = apps.get_model("storage", "SubmissionFile").objects.filter(state="rejected", reason_code="duplicate")
    files.update(state="here_already", reason_code="")


class Migration(migrations.Migration):

    dependencies = [
        ('storage', '0002_files_are_left_out'),
    ]

    operations = [
        migrations.AlterField(
            model_name='submissionfile',
            name='state',
            field=models.CharField(choices=[('uploading', 'Uploading'), ('uploaded', 'Uploaded'), ('received', 'Received'), ('expanded', 'Opened (an archive)'), ('accepted', 'Accepted'), ('here_already', 'Here already'), ('left_out', 'Left out'), ('rejected', 'Refused')], default='uploading', max_length=12),
        ),
        migrations.RunPython(tell, migrations.RunPython.noop),
    ]
