"""Django's name for this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    """The log of what people did."""

    name = "omakase_service.events"
    label = "omakase_events"
    verbose_name = _("Events")
