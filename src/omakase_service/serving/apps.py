"""Django's name for this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ServingConfig(AppConfig):
    """Answers."""

    name = "omakase_service.serving"
    label = "omakase_serving"
    verbose_name = _("Serving")

    def ready(self) -> None:
        """Offer the API, health and figures."""
        from omakase_service.experiments.registry import winner_adopters
        from omakase_service.jobs.contracts import JobHandler
        from omakase_service.jobs.handlers import register
        from omakase_service.platform.registry import Route, routes
        from omakase_service.serving import parts
        from omakase_service.serving.contracts import ShadowParameters
        from omakase_service.serving.parts import shadow_job, watch_job
        from omakase_service.training.contracts import TRAINING

        routes.register(
            "recommendations", Route("", "omakase_service.serving.api:router", order=10)
        )
        parts.register()
        winner_adopters.register("placement", parts.adopt_winner)
        register(
            JobHandler(
                "shadow",
                shadow_job,
                "Compare a candidate in the shadow",
                ShadowParameters,
                key=lambda _: TRAINING,  # it exports, and the snapshot has one writer
                heavy=True,
            )
        )
        register(JobHandler("watch_live", watch_job, "Watch the live version", cron="*/10 * * * *"))
