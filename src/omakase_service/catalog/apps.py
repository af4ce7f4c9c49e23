"""Django's name for this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogConfig(AppConfig):
    """Items, their categories, and users."""

    name = "omakase_service.catalog"
    label = "omakase_catalog"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Catalog")

    def ready(self) -> None:
        """Offer the API and the erasure of a user's profile."""
        from omakase_service.catalog.services import erase_profile
        from omakase_service.platform.registry import Route, erasers, routes

        routes.register("items", Route("/items", "omakase_service.catalog.api:items"))
        routes.register("users", Route("/users", "omakase_service.catalog.api:users"))
        routes.register(
            "categories", Route("/categories", "omakase_service.catalog.api:categories")
        )
        erasers.register("users", erase_profile)
