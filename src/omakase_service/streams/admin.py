"""Streams and dead letters in Django's admin: read; letters may be deleted."""

from django.contrib import admin
from django.http import HttpRequest

from omakase_service.streams.models import DeadLetter, StreamState


class ReadOnly(admin.ModelAdmin):
    """Rows that streams write."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Streams write them."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """History is not rewritten."""
        return False


@admin.register(StreamState)
class StreamStateAdmin(ReadOnly):
    """How far streams have come."""

    list_display = ("name", "position", "lag", "stored", "known", "dead", "note", "updated")
    search_fields = ("name",)


@admin.register(DeadLetter)
class DeadLetterAdmin(ReadOnly):
    """What could not be stored, and why."""

    list_display = ("position", "reason", "created", "is_sent")
    list_filter = ("stream", "is_sent")
    search_fields = ("=position", "=user_id")
