"""Django's name for this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GorseConfig(AppConfig):
    """A second port that speaks as Gorse does, and the move from there."""

    name = "omakase_service.gorse"
    label = "omakase_gorse"
    verbose_name = _("Gorse")

    def ready(self) -> None:
        """Offer the job for feedback of the future, and forget and export a person."""
        from omakase_service.gorse.parts import (
            erase_feedback,
            export_feedback,
            write_due_events_job,
        )
        from omakase_service.jobs.contracts import JobHandler
        from omakase_service.jobs.handlers import register
        from omakase_service.platform.registry import erasers, exporters

        erasers.register("gorse", erase_feedback)
        exporters.register("gorse", export_feedback)
        register(
            JobHandler(
                "gorse_due", write_due_events_job, "Write feedback that is due", cron="*/15 * * * *"
            )
        )
