"""Django's name for this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClusterConfig(AppConfig):
    """Processes that serve and work."""

    name = "omakase_service.cluster"
    label = "omakase_cluster"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Processes")

    def ready(self) -> None:
        """Offer the API."""
        from omakase_service.platform.registry import Route, routes

        routes.register("cluster", Route("/cluster", "omakase_service.cluster.api:router"))
