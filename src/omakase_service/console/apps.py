"""Django's name for this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsoleConfig(AppConfig):
    """Pages for staff."""

    name = "omakase_service.console"
    label = "omakase_console"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Console")
