"""Django's name for this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AlertsConfig(AppConfig):
    """Incidents: opened, told, closed."""

    name = "omakase_service.alerts"
    label = "omakase_alerts"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Alerts")

    def ready(self) -> None:
        """Offer the API, the check as a job, and how many incidents are open."""
        from omakase_service.alerts.parts import check_job, open_incidents
        from omakase_service.jobs.contracts import JobHandler
        from omakase_service.jobs.handlers import register
        from omakase_service.platform.lazy import lazy
        from omakase_service.platform.registry import Route, erasers, gauges, routes

        routes.register("alerts", Route("/alerts", "omakase_service.alerts.api:router"))
        erasers.register("incidents", lazy("omakase_service.alerts.erasure.erase_names"))
        gauges.register("omakase_open_incidents", ("Incidents that are open", open_incidents))
        register(JobHandler("check_alerts", check_job, "Check for incidents", cron="*/5 * * * *"))
