"""Django's name for this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AnswersConfig(AppConfig):
    """The log of answers."""

    name = "omakase_service.recommendation_log"
    label = "omakase_answers"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Answers")

    def ready(self) -> None:
        """Offer the API, health, figures, erasure and export of the log."""
        from omakase_service.jobs.contracts import JobHandler
        from omakase_service.jobs.handlers import register
        from omakase_service.platform.lazy import lazy
        from omakase_service.platform.registry import Route, routes
        from omakase_service.recommendation_log import parts
        from omakase_service.recommendation_log.contracts import ListExportParameters
        from omakase_service.training.registry import list_readers

        routes.register(
            "recommendation_log",
            Route("", "omakase_service.recommendation_log.api:router", order=20),
        )
        parts.register()
        list_readers.register("answers", lazy(f"{parts.ROOM}.exporting.lists_to_learn_from"))
        register(
            JobHandler(
                "export_lists",
                lazy(f"{parts.ROOM}.exporting.export_lists"),
                "Export the lists that were shown",
                ListExportParameters,
            )
        )
