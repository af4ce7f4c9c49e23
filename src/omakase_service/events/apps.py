"""Django's name for this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    """The log of what people did."""

    name = "omakase_service.events"
    label = "omakase_events"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Events")

    def ready(self) -> None:
        """Offer the API, health and figures of the journal, and imports as a kind of job."""
        from omakase_service.events import parts
        from omakase_service.events.upload_contracts import IMPORT_UPLOAD, UploadParameters
        from omakase_service.jobs.contracts import JobHandler
        from omakase_service.jobs.handlers import register
        from omakase_service.platform.registry import Route, routes

        routes.register("events", Route("/events", "omakase_service.events.api:router"))
        routes.register(
            "interactions", Route("/interactions", "omakase_service.events.api:interactions")
        )
        routes.register("feedback", Route("/feedback", "omakase_service.events.api:feedback"))
        routes.register(
            "quarantines",
            Route("/events/quarantines", "omakase_service.events.quarantine_api:router", order=40),
        )
        parts.register()
        register(
            JobHandler(
                IMPORT_UPLOAD, parts.import_job, "Import a file from the console", UploadParameters
            )
        )
