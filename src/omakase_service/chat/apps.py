"""Django's name for this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChatConfig(AppConfig):
    """Conversations and search."""

    name = "omakase_service.chat"
    label = "omakase_chat"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Chat")

    def ready(self) -> None:
        """Offer the API and learning as a job, and forget and export a person with the others."""
        from omakase_service.chat.contracts import LEARNING, LearningParameters
        from omakase_service.chat.models import Conversation
        from omakase_service.jobs.contracts import JobHandler
        from omakase_service.jobs.handlers import register
        from omakase_service.platform.aged_rows import aged_pruner
        from omakase_service.platform.lazy import lazy
        from omakase_service.platform.registry import (
            Route,
            daily_counts,
            erasers,
            exporters,
            pruners,
            routes,
        )
        from omakase_settings import settings

        routes.register("chat", Route("/chat", "omakase_service.chat.api:router"))
        routes.register("search", Route("/search", "omakase_service.chat.api:search_router"))
        erase = lazy("omakase_service.chat.services.transcripts.erase_conversations")
        erasers.register("conversations", erase)
        days = lambda: settings().retention.conversations_days  # noqa: E731
        pruners.register(
            "conversations",
            aged_pruner("conversations", days, Conversation.objects.all, "changed"),
        )
        exporters.register(
            "conversations", lazy("omakase_service.chat.selectors.export_conversations")
        )
        daily_counts.register(
            "conversations", lazy("omakase_service.chat.selectors.conversation_counts")
        )
        register(
            JobHandler(
                LEARNING,
                lazy("omakase_service.chat.services.learning.learn_job"),
                "Learn from talks",
                LearningParameters,
                heavy=True,
                cron=settings().chat.learning_schedule,
            )
        )
