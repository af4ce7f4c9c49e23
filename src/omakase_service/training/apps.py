"""Django's name for this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrainingConfig(AppConfig):
    """Runs and versions."""

    name = "omakase_service.training"
    label = "omakase_training"
    verbose_name = _("Training")

    def ready(self) -> None:
        """Offer the API, and training as a kind of job."""
        from omakase_service.jobs.contracts import JobHandler
        from omakase_service.jobs.handlers import register
        from omakase_service.platform.lazy import lazy
        from omakase_service.platform.registry import LogReader, Route, log_readers, routes
        from omakase_service.training.contracts import TRAINING, TrainingParameters
        from omakase_settings import settings

        routes.register("models", Route("/models", "omakase_service.training.api:router"))
        routes.register("model", Route("/model", "omakase_service.training.api:other_names"))
        log_readers.register(
            "training", LogReader("events", lazy("omakase_service.training.versions.exported_seq"))
        )
        register(
            JobHandler(
                TRAINING,
                lazy("omakase_service.training.services.train_job"),
                "Train models",
                TrainingParameters,
                heavy=True,
                cron=settings().training.schedule,
            )
        )
