"""Django's name for this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FeedsConfig(AppConfig):
    """Catalogs at an address of the owner's."""

    name = "omakase_service.feeds"
    label = "omakase_feeds"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Feeds")

    def ready(self) -> None:
        """Offer the API, and the import as a job; one at a time for each feed."""
        from omakase_service.feeds.contracts import JOB, FeedParameters
        from omakase_service.jobs.contracts import JobHandler
        from omakase_service.jobs.handlers import register
        from omakase_service.platform.lazy import lazy
        from omakase_service.platform.registry import Route, routes

        routes.register("feeds", Route("/feeds", "omakase_service.feeds.api:router"))
        register(
            JobHandler(
                JOB,
                lazy("omakase_service.feeds.services.import_feed_job"),
                "Import a feed",
                FeedParameters,
                key=feed_key,
            )
        )


def feed_key(parameters: object) -> str:
    """Of two jobs of one feed one works at a time."""
    return f"import_feed:{getattr(parameters, 'feed', '')}"
