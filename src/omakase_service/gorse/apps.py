"""Django's name for this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GorseConfig(AppConfig):
    """A second port that speaks as Gorse does, and the move from there."""

    name = "omakase_service.gorse"
    label = "omakase_gorse"
    verbose_name = _("Gorse")

    def ready(self) -> None:
        """Offer the job for feedback of the future, forget and export a person, prune lists."""
        from omakase_service.gorse import parts, pruning
        from omakase_service.jobs.contracts import JobHandler
        from omakase_service.jobs.handlers import register
        from omakase_service.platform.registry import Pruner, erasers, exporters, pruners

        erasers.register("gorse", parts.erase_person)
        exporters.register("gorse", parts.export_person)
        pruners.register(
            "mirrored_lists",
            Pruner("mirrored lists", pruning.days, pruning.count_old, pruning.remove_old),
        )
        register(
            JobHandler(
                "gorse_due",
                parts.write_due_events_job,
                "Write feedback that is due",
                cron="*/15 * * * *",
            )
        )
