"""Streams and dead letters in Django's admin: read; letters may be deleted."""

from django.contrib import admin

from omakase_service.platform.read_only_admin import ReadOnlyAdmin
from omakase_service.streams.models import DeadLetter, StreamState


@admin.register(StreamState)
class StreamStateAdmin(ReadOnlyAdmin):
    """How far streams have come."""

    list_display = ("name", "position", "lag", "stored", "known", "dead", "note", "updated")
    search_fields = ("name",)


@admin.register(DeadLetter)
class DeadLetterAdmin(ReadOnlyAdmin):
    """What could not be stored, and why."""

    list_display = ("position", "reason", "created", "is_sent")
    list_filter = ("stream", "is_sent")
    search_fields = ("=position", "=user_id")
