"""Django's name for this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrainingConfig(AppConfig):
    """Runs and versions."""

    name = "omakase_service.training"
    label = "omakase_training"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Training")

    def ready(self) -> None:
        """Offer the API, and training as a kind of job."""
        from omakase_service.jobs.contracts import JobHandler
        from omakase_service.jobs.handlers import register
        from omakase_service.platform.lazy import lazy
        from omakase_service.platform.registry import LogReader, Route, log_readers, routes
        from omakase_service.training.contracts import (
            FORGETTING,
            TRAINING,
            UPDATING,
            TrainingParameters,
        )
        from omakase_settings import settings

        rules = settings().training
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
                cron=rules.schedule,
            )
        )
        register(
            JobHandler(
                UPDATING,
                lazy("omakase_service.training.services.update_job"),
                "Bring the live version up to date",
                key=lambda _: TRAINING,  # the snapshot has one writer
                heavy=True,
                cron=rules.update_schedule if rules.schedule else "",
            )
        )
        register(
            JobHandler(
                FORGETTING,
                lazy("omakase_service.training.services.forget_job"),
                "Delete versions that know erased people",
                key=lambda _: TRAINING,
                cron="10 4 * * *",
            )
        )
