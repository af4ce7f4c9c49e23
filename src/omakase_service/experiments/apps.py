"""Django's name for this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExperimentsConfig(AppConfig):
    """Who gets which variant, and what came of it."""

    name = "omakase_service.experiments"
    label = "omakase_experiments"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Experiments")

    def ready(self) -> None:
        """Offer the API, and forget a person with the others."""
        from omakase_service.experiments.selectors import collected_answer
        from omakase_service.experiments.services.collection import collect_job
        from omakase_service.experiments.services.exposures import erase_exposures
        from omakase_service.jobs.contracts import JobHandler
        from omakase_service.jobs.handlers import register
        from omakase_service.platform.registry import LogReader, Route, erasers, log_readers, routes

        routes.register(
            "experiments", Route("/experiments", "omakase_service.experiments.api:router")
        )
        erasers.register("exposures", erase_exposures)
        log_readers.register("experiments", LogReader("answers", collected_answer))
        register(
            JobHandler(
                "collect_experiments",
                collect_job,
                "Count what is new in the log for experiments",
                cron="*/10 * * * *",
            )
        )
