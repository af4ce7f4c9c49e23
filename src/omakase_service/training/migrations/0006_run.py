from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("omakase_training", "0005_curves")]

    operations = [
        migrations.AddField(
            "modelversion",
            "job",
            models.BigIntegerField(
                blank=True,
                editable=False,
                help_text="that made it",
                null=True,
                unique=True,
                verbose_name="run",
            ),
        ),
    ]
