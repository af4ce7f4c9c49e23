"""Django's name for this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RealtimeConfig(AppConfig):
    """Open pages."""

    name = "omakase_service.realtime"
    label = "omakase_realtime"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Real time")
