"""The log of answers in Django's admin: read, never changed."""

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from omakase_service.recommendation_log.models import Answer, Outcome


class ReadOnly(admin.ModelAdmin):
    """What happened is not rewritten."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Answers are logged by the service."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """The log is never changed."""
        return False


@admin.register(Answer)
class AnswerAdmin(ReadOnly):
    """Searched by exact ids, since the log is long."""

    list_display = ("request_id", "time", "algorithm", "user_id", "session_id", "latency_ms")
    list_filter = ("algorithm", "cache_hit", "notice", "placement")
    search_fields = ("=request_id", "=user_id", "=session_id")


@admin.register(Outcome)
class OutcomeAdmin(ReadOnly):
    """What came of answers."""

    list_display = ("answer", "kind", "item_id", "rank", "time", "value")
    list_filter = ("kind",)
    list_select_related = ("answer",)
    search_fields = ("=event_id", "=item_id")
