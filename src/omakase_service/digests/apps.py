"""Django's name for this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DigestsConfig(AppConfig):
    """Mails with recommendations."""

    name = "omakase_service.digests"
    label = "omakase_digests"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Digests")

    def ready(self) -> None:
        """Offer the API, the sending as a job, and forget and export a person with the others."""
        from omakase_service.digests.contracts import SENDING
        from omakase_service.digests.models import Mailing
        from omakase_service.jobs.contracts import JobHandler
        from omakase_service.jobs.handlers import register
        from omakase_service.platform.aged_rows import aged_pruner
        from omakase_service.platform.lazy import lazy
        from omakase_service.platform.registry import (
            Route,
            erasers,
            exporters,
            pruners,
            routes,
        )
        from omakase_settings import settings

        routes.register("digests", Route("/digests", "omakase_service.digests.api:router"))
        erasers.register("digests", lazy("omakase_service.digests.services.erase_digests"))
        exporters.register("digests", lazy("omakase_service.digests.selectors.export_digests"))
        # They go with the answers of the log, which they are clicks of.
        days = lambda: settings().retention.answers_days  # noqa: E731
        pruners.register("mailings", aged_pruner("digests", days, Mailing.objects.all, "created"))
        send = lazy("omakase_service.digests.sending.send_job")
        register(JobHandler(SENDING, send, "Send digests", cron="*/15 * * * *"))
