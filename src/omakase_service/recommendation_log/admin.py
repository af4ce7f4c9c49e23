"""The log of answers in Django's admin: read, never changed."""

from django.contrib import admin

from omakase_service.platform.read_only_admin import ReadOnlyAdmin
from omakase_service.recommendation_log.models import Answer, Outcome


@admin.register(Answer)
class AnswerAdmin(ReadOnlyAdmin):
    """Searched by exact ids, since the log is long."""

    list_display = ("request_id", "time", "algorithm", "user_id", "session_id", "latency_ms")
    list_filter = ("algorithm", "cache_hit", "notice", "placement")
    search_fields = ("=request_id", "=user_id", "=session_id")


@admin.register(Outcome)
class OutcomeAdmin(ReadOnlyAdmin):
    """What came of answers."""

    list_display = ("answer", "kind", "item_id", "rank", "time", "value")
    list_filter = ("kind",)
    list_select_related = ("answer",)
    search_fields = ("=event_id", "=item_id")
