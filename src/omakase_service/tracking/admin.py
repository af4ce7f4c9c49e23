"""Sent runs in Django's admin: read; one that is deleted is sent again."""

from django.contrib import admin

from omakase_service.platform.read_only_admin import ReadOnlyAdmin
from omakase_service.tracking.models import SentRun


@admin.register(SentRun)
class SentRunAdmin(ReadOnlyAdmin):
    """What the tracker knows."""

    list_display = ("version", "run_id", "sent")
    search_fields = ("version", "run_id")
