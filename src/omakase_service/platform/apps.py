"""Django's name for this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlatformConfig(AppConfig):
    """Keys and what every app needs."""

    name = "omakase_service.platform"
    label = "omakase_platform"
    verbose_name = _("Access")
