"""Django's name for this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChatConfig(AppConfig):
    """Conversations and search."""

    name = "omakase_service.chat"
    label = "omakase_chat"
    verbose_name = _("Chat")

    def ready(self) -> None:
        """Offer the API, and forget and export a person with the others."""
        from omakase_service.chat.models import Conversation
        from omakase_service.chat.selectors import conversation_counts, export_conversations
        from omakase_service.chat.services.transcripts import erase_conversations
        from omakase_service.platform.aged_rows import aged_pruner
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
        erasers.register("conversations", erase_conversations)
        days = lambda: settings().retention.conversations_days  # noqa: E731
        pruners.register(
            "conversations",
            aged_pruner("conversations", days, Conversation.objects.all, "changed"),
        )
        exporters.register("conversations", export_conversations)
        daily_counts.register("conversations", conversation_counts)
