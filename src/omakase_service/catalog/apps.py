"""Django's name for this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogConfig(AppConfig):
    """Items, their categories, and users."""

    name = "omakase_service.catalog"
    label = "omakase_catalog"
    verbose_name = _("Catalog")
