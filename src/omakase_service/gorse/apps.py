"""Django's name for this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GorseConfig(AppConfig):
    """A second port that speaks as Gorse does, and the move from there."""

    name = "omakase_service.gorse"
    label = "omakase_gorse"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Gorse")

    def ready(self) -> None:
        """Offer the job for feedback of the future, forget and export a person, prune lists."""
        from omakase_service.gorse import parts
        from omakase_service.gorse.models import MirroredList
        from omakase_service.jobs.contracts import JobHandler
        from omakase_service.jobs.handlers import register
        from omakase_service.platform.aged_rows import aged_pruner
        from omakase_service.platform.lazy import lazy
        from omakase_service.platform.registry import erasers, exporters, pruners
        from omakase_settings import settings

        erasers.register("gorse", lazy("omakase_service.gorse.services.erase_rows"))
        exporters.register("gorse", lazy("omakase_service.gorse.services.export_rows"))
        pruners.register(
            "mirrored_lists",
            # They go with the answers of the log: both are lists that people got.
            aged_pruner(
                "mirrored lists",
                lambda: settings().retention.answers_days,
                MirroredList.objects.all,
                "time",
            ),
        )
        register(
            JobHandler(
                "gorse_due",
                parts.write_due_events_job,
                "Write feedback that is due",
                cron="*/15 * * * *",
            )
        )
