"""Django's name for this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    """Work beside requests, and when it is due."""

    name = "omakase_service.jobs"
    label = "omakase_jobs"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Jobs")

    def ready(self) -> None:
        """Offer the API and the upkeep of the jobs themselves."""
        from omakase_service.jobs.contracts import JobHandler
        from omakase_service.jobs.handlers import register
        from omakase_service.jobs.services.upkeep import (
            ended_jobs,
            prune_job,
            waiting_jobs,
        )
        from omakase_service.platform.aged_rows import aged_pruner
        from omakase_service.platform.registry import Route, gauges, pruners, routes
        from omakase_settings import settings

        routes.register("jobs", Route("/jobs", "omakase_service.jobs.api:jobs"))
        routes.register("schedules", Route("/schedules", "omakase_service.jobs.api:schedules"))
        days = lambda: settings().jobs.keep_days  # noqa: E731
        pruners.register("jobs", aged_pruner("jobs that are over", days, ended_jobs, "finished"))
        gauges.register("omakase_jobs_waiting", ("Jobs that wait for a worker", waiting_jobs))
        register(JobHandler("prune_jobs", prune_job, "Delete old jobs", cron="40 4 * * *"))
