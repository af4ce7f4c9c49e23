"""The log in Django's admin: read, never changed; kinds may be declared."""

from datetime import UTC, datetime

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from omakase_service.events.models import Erasure, Event, Import, Kind, Quarantine, QuarantinedEvent
from omakase_service.events.replacement import replace_events
from omakase_service.platform.read_only_admin import ReadOnlyAdmin


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """Searched by exact ids, since the log is long."""

    list_display = ("seq", "when", "kind", "user_id", "item_id", "value", "session_id", "channel")
    list_filter = ("kind", "channel", "device")
    search_fields = ("=event_id", "=user_id", "=item_id", "=session_id", "=request_id")
    show_full_result_count = False

    def delete_model(self, request: HttpRequest, obj: Event) -> None:
        """Take it back as an import is: training forgets it, too."""
        replace_events(withdrawn=[obj.event_id], rows=())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Event]) -> None:
        """Take all of them back."""
        replace_events(withdrawn=list(queryset.values_list("event_id", flat=True)), rows=())

    @admin.display(description=_("time"))
    def when(self, row: Event) -> datetime:
        """The time as people read it."""
        return datetime.fromtimestamp(row.time, UTC)


@admin.register(Kind)
class KindAdmin(admin.ModelAdmin):
    """Kinds of events that the owner declares."""

    list_display = ("name", "weight", "from_value", "cap", "negative", "middle", "takes_back")
    search_fields = ("name",)
    list_filter = ("negative",)


@admin.register(Erasure)
class ErasureAdmin(ReadOnlyAdmin):
    """That somebody was forgotten, and when."""

    list_display = ("pk", "time")
    search_fields = ("=digest",)

    def has_delete_permission(self, request: HttpRequest, obj: Erasure | None = None) -> bool:
        """Who was forgotten stays so."""
        return False


@admin.register(Import)
class ImportAdmin(ReadOnlyAdmin):
    """What was read into the log."""

    list_display = ("path", "stored", "known", "rejected", "started", "finished")
    list_filter = ("finished",)
    search_fields = ("path",)


@admin.register(Quarantine)
class QuarantineAdmin(ReadOnlyAdmin):
    """What was put aside; it is released by the command or the API."""

    list_display = ("pk", "created", "events", "author", "reason", "released")
    list_filter = ("released",)

    def has_delete_permission(self, request: HttpRequest, obj: Quarantine | None = None) -> bool:
        """Its events would be lost with it."""
        return False


@admin.register(QuarantinedEvent)
class QuarantinedEventAdmin(ReadOnlyAdmin):
    """Lines that are aside."""

    list_display = ("pk", "quarantine", "kind", "user_id", "item_id", "session_id")
    list_filter = ("kind",)
    search_fields = ("=event_id", "=user_id", "=item_id", "=session_id")
    show_full_result_count = False
