"""Django's name for this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StorefrontConfig(AppConfig):
    """Pages to look at."""

    name = "omakase_service.storefront"
    label = "omakase_storefront"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Demo site")
