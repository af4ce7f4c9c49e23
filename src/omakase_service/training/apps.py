"""Django's name for this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrainingConfig(AppConfig):
    """Runs and versions."""

    name = "omakase_service.training"
    label = "omakase_training"
    verbose_name = _("Training")

    def ready(self) -> None:
        """Offer the API."""
        from omakase_service.platform.registry import Route, routes

        routes.register("models", Route("/models", "omakase_service.training.api:router"))
