"""Django's name for this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AnalyticsConfig(AppConfig):
    """Daily figures of what was answered, and what came of it."""

    name = "omakase_service.analytics"
    label = "omakase_analytics"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Analytics")

    def ready(self) -> None:
        """Offer the API, the roll-up as a job, and a new count where a person is erased."""
        from omakase_service.analytics import pruning
        from omakase_service.jobs.contracts import JobHandler
        from omakase_service.jobs.handlers import register
        from omakase_service.platform.lazy import lazy
        from omakase_service.platform.registry import (
            LogReader,
            Pruner,
            Route,
            erasers,
            log_readers,
            pruners,
            routes,
        )
        from omakase_settings import settings

        routes.register("analytics", Route("/analytics", "omakase_service.analytics.api:router"))
        erasers.register("analytics", lazy("omakase_service.analytics.services.mark_days_of_user"))
        log_readers.register("analytics", LogReader("answers", pruning.counted_answer))
        days = lambda: settings().retention.figures_days  # noqa: E731
        pruners.register(
            "figures", Pruner("daily figures", days, pruning.count_old, pruning.remove_old)
        )
        register(
            JobHandler(
                "count_inputs",
                lazy("omakase_service.analytics.inputs.count_inputs_job"),
                "Count events and the catalog by day",
                cron="*/15 * * * *",
            )
        )
        roll_up = lazy("omakase_service.analytics.services.roll_up_job")
        register(JobHandler("roll_up", roll_up, "Roll up daily figures", cron="*/15 * * * *"))
