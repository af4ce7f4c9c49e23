"""Django's name for this app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate  # noqa: TID251  after tables, not rows
from django.utils.translation import gettext_lazy as _


class PlatformConfig(AppConfig):
    """Keys and what every app needs."""

    name = "omakase_service.platform"
    label = "omakase_platform"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Access")

    def ready(self) -> None:
        """Offer tokens, the health of the database, and a group for each role of staff."""
        from omakase_service.platform.health import database_health
        from omakase_service.platform.registry import HealthPart, Route, health_parts, routes
        from omakase_service.platform.staff import ensure_groups

        routes.register("tokens", Route("/tokens", "omakase_service.platform.api:router"))
        health_parts.register("database", HealthPart(database_health))
        post_migrate.connect(ensure_groups, sender=self, dispatch_uid="omakase.platform.groups")
