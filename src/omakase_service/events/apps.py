"""Django's name for this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    """The log of what people did."""

    name = "omakase_service.events"
    label = "omakase_events"
    verbose_name = _("Events")

    def ready(self) -> None:
        """Offer the API, health and figures of the journal."""
        from omakase_service.events import parts
        from omakase_service.platform.registry import Route, routes

        routes.register("events", Route("/events", "omakase_service.events.api:router"))
        routes.register(
            "interactions", Route("/interactions", "omakase_service.events.api:interactions")
        )
        routes.register("feedback", Route("/feedback", "omakase_service.events.api:feedback"))
        parts.register()
