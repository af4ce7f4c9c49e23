"""Django's name for this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RetentionConfig(AppConfig):
    """How long things are kept. It has no tables: apps say what they keep."""

    name = "omakase_service.retention"
    label = "omakase_retention"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Retention")

    def ready(self) -> None:
        """Offer the nightly pruning as a job."""
        from omakase_service.jobs.contracts import JobHandler
        from omakase_service.jobs.handlers import register
        from omakase_service.retention.services import prune_job

        register(
            JobHandler("retention", prune_job, "Remove what is kept no longer", cron="20 4 * * *")
        )
