"""Django's name for this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ServingConfig(AppConfig):
    """Answers."""

    name = "omakase_service.serving"
    label = "omakase_serving"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Serving")

    def ready(self) -> None:
        """Offer the API, health and figures."""
        from omakase_service.experiments.registry import winner_adopters
        from omakase_service.jobs.contracts import JobHandler
        from omakase_service.jobs.handlers import register
        from omakase_service.platform.lazy import lazy
        from omakase_service.platform.registry import Route, routes
        from omakase_service.serving import parts
        from omakase_service.serving.parts import shadow_job, watch_job
        from omakase_service.serving.policy_contracts import ShadowParameters, TradeOffParameters
        from omakase_service.training.contracts import TRAINING

        routes.register(
            "recommendations", Route("", "omakase_service.serving.api:router", order=10)
        )
        parts.register()
        routes.register(
            "segments", Route("/segments", "omakase_service.serving.segments_api:router")
        )
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
        register(
            JobHandler(
                "trade_off",
                lazy("omakase_service.serving.trade_off.trade_off_job"),
                "Measure what varied lists cost",
                TradeOffParameters,
                key=lambda _: TRAINING,
                heavy=True,
            )
        )
        register(
            JobHandler(
                "count_segments",
                lazy("omakase_service.serving.segments.count_segments"),
                "Count segments",
                cron="23 * * * *",
            )
        )
        register(JobHandler("watch_live", watch_job, "Watch the live version", cron="*/10 * * * *"))
