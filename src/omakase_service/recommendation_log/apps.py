"""Django's name for this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AnswersConfig(AppConfig):
    """The log of answers."""

    name = "omakase_service.recommendation_log"
    label = "omakase_answers"
    verbose_name = _("Answers")

    def ready(self) -> None:
        """Offer the API, health, figures, erasure and export of the log."""
        from omakase_service.platform.registry import Route, routes
        from omakase_service.recommendation_log import parts

        routes.register(
            "recommendation_log",
            Route("", "omakase_service.recommendation_log.api:router", order=20),
        )
        parts.register()
