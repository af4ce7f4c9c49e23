"""Django's name for this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DigestsConfig(AppConfig):
    """Mails with recommendations."""

    name = "omakase_service.digests"
    label = "omakase_digests"
    verbose_name = _("Digests")

    def ready(self) -> None:
        """Offer the API, the sending as a job, and forget and export a person with the others."""
        from omakase_service.digests import parts, pruning
        from omakase_service.jobs.contracts import JobHandler
        from omakase_service.jobs.handlers import register
        from omakase_service.platform.lazy import lazy
        from omakase_service.platform.registry import (
            Pruner,
            Route,
            erasers,
            exporters,
            pruners,
            routes,
        )

        routes.register("digests", Route("/digests", "omakase_service.digests.api:router"))
        erasers.register("digests", lazy("omakase_service.digests.services.erase_digests"))
        exporters.register("digests", lazy("omakase_service.digests.selectors.export_digests"))
        pruners.register(
            "mailings", Pruner("digests", pruning.days, pruning.count_old, pruning.remove_old)
        )
        register(JobHandler("send_digests", parts.send_job, "Send digests", cron="*/15 * * * *"))
