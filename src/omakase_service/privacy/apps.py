"""Django's name for this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    """Settings, statistics, export and erasure of a person. No tables."""

    name = "omakase_service.privacy"
    label = "omakase_privacy"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Privacy")

    def ready(self) -> None:
        """Offer the API, and to the admin the way that the API forgets people."""
        from omakase_service.jobs.contracts import JobHandler
        from omakase_service.jobs.handlers import register
        from omakase_service.platform.lazy import lazy
        from omakase_service.platform.registry import Route, forgetting, routes
        from omakase_service.privacy.contracts import (
            PURGE,
            TIDYING,
            PurgeParameters,
            TidyingParameters,
        )

        # Before the catalog's: the path /users/{id}/settings would otherwise be a user's id.
        routes.register("privacy", Route("/users", "omakase_service.privacy.api:router", order=30))
        forgetting.register("person", _erase_person)
        register(
            JobHandler(
                PURGE,
                lazy("omakase_service.privacy.purging.purge_job"),
                "Delete all items, all people or all events",
                PurgeParameters,
            )
        )
        register(
            JobHandler(
                TIDYING,
                lazy("omakase_service.privacy.tidying.tidy_job"),
                "Overwrite what the database keeps of deleted rows",
                TidyingParameters,
                cron="40 4 * * *",
            )
        )


def _erase_person(user_id: str) -> None:
    """Its service is imported when it is called for: it brings the engine."""
    from omakase_service.privacy.services import erase_user

    erase_user(user_id=user_id)
