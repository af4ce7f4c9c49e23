"""Django's name for this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SqlImportConfig(AppConfig):
    """Events, items and users out of the owner's own database."""

    name = "omakase_service.sql_import"
    label = "omakase_sql_import"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Databases")

    def ready(self) -> None:
        """Offer the import as a job; one at a time for each source."""
        from omakase_service.jobs.contracts import JobHandler
        from omakase_service.jobs.handlers import register
        from omakase_service.platform.lazy import lazy
        from omakase_service.sql_import.contracts import SqlImportParameters

        register(
            JobHandler(
                "import_sql",
                lazy("omakase_service.sql_import.services.import_sql_job"),
                "Import what is new in a database of the owner's",
                SqlImportParameters,
                key=source_key,
            )
        )


def source_key(parameters: object) -> str:
    """Of two jobs of one source one works at a time."""
    return f"import_sql:{getattr(parameters, 'source', '')}"
