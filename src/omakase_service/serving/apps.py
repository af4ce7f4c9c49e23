"""Django's name for this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ServingConfig(AppConfig):
    """Answers."""

    name = "omakase_service.serving"
    label = "omakase_serving"
    verbose_name = _("Serving")
