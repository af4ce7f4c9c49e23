"""Training runs become jobs, under their numbers."""

from typing import Any

from django.core.management.color import no_style
from django.db import migrations

COPIED = ("state", "done", "total", "step", "log", "created", "started", "finished")


def copy_runs(apps: Any, schema_editor: Any) -> None:
    run = apps.get_model("omakase_training", "Run")
    job = apps.get_model("omakase_jobs", "Job")
    for row in run.objects.select_related("version").order_by("pk").iterator():
        result = {"version": row.version.name} if row.version else {}
        copy = job.objects.create(
            pk=row.pk,
            kind="train",
            key="train",
            parameters=row.plan,
            result=result,
            note=row.error,
            attempts=1,
            **{name: getattr(row, name) for name in COPIED if name != "created"},
        )
        job.objects.filter(pk=copy.pk).update(created=row.created)
    connection = schema_editor.connection
    for statement in connection.ops.sequence_reset_sql(no_style(), [job]):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("omakase_training", "0002_remarks"), ("omakase_jobs", "0001_initial")]

    operations = [
        migrations.RunPython(copy_runs, migrations.RunPython.noop),
        migrations.DeleteModel("Run"),
    ]
