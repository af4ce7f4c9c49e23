"""Sent runs in Django's admin: read; one that is deleted is sent again."""

from django.contrib import admin
from django.http import HttpRequest

from omakase_service.tracking.models import SentRun


@admin.register(SentRun)
class SentRunAdmin(admin.ModelAdmin):
    """What the tracker knows."""

    list_display = ("version", "run_id", "sent")
    search_fields = ("version", "run_id")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """The job sends them."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """The job keeps them up to date."""
        return False
