"""Django's name for this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrackingConfig(AppConfig):
    """Runs of training, told to an experiment tracker."""

    name = "omakase_service.tracking"
    label = "omakase_tracking"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Experiment tracking")

    def ready(self) -> None:
        """Offer the telling as a job, due by itself where a tracker is named."""
        from omakase_service.jobs.contracts import JobHandler
        from omakase_service.jobs.handlers import register
        from omakase_service.platform.lazy import lazy
        from omakase_settings import settings

        cron = "*/10 * * * *" if settings().tracking.mlflow_uri else ""
        register(
            JobHandler(
                "track",
                lazy("omakase_service.tracking.services.send_job"),
                "Tell runs to the tracker",
                cron=cron,
            )
        )
