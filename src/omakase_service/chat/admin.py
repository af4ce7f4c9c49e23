"""Conversations in Django's admin: to read."""

from django.contrib import admin
from django.http import HttpRequest

from omakase_service.chat.models import Conversation, DialogLearning, Turn
from omakase_service.platform.read_only_admin import ReadOnlyAdmin


class TurnInline(admin.TabularInline):
    """What was said."""

    model = Turn
    fields = readonly_fields = (
        "number",
        "time",
        "message",
        "intent",
        "confidence",
        "answer",
        "satisfaction",
    )
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, row: object = None) -> bool:
        """People say things themselves."""
        return False


@admin.register(Conversation)
class ConversationAdmin(ReadOnlyAdmin):
    """Talks with people, the latest first."""

    list_display = ("conversation_id", "user_id", "started", "changed", "satisfaction")
    list_filter = ("satisfaction",)
    search_fields = ("conversation_id", "user_id", "session_id")
    inlines = (TurnInline,)


@admin.register(DialogLearning)
class DialogLearningAdmin(ReadOnlyAdmin):
    """Runs of learning, the latest first."""

    list_display = ("id", "started", "way", "talks", "promoted", "reason")
    list_filter = ("way", "promoted")
    search_fields = ("reason",)
