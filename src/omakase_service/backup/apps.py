"""Django's name for this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BackupConfig(AppConfig):
    """A copy of everything, and an archive for others. It has no tables."""

    name = "omakase_service.backup"
    label = "omakase_backup"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Backup")

    def ready(self) -> None:
        """Offer the archive as a kind of job."""
        from omakase_service.backup.contracts import EXPORTING, DataExportParameters
        from omakase_service.jobs.contracts import JobHandler
        from omakase_service.jobs.handlers import register
        from omakase_service.platform.lazy import lazy

        register(
            JobHandler(
                EXPORTING,
                lazy("omakase_service.backup.exporting.export_job"),
                "Export items, users and events",
                DataExportParameters,
            )
        )
