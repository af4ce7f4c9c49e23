"""Incidents in Django's admin: read."""

from django.contrib import admin
from django.http import HttpRequest

from omakase_service.alerts.models import Incident


@admin.register(Incident)
class IncidentAdmin(admin.ModelAdmin):
    """What was wrong, from when to when."""

    list_display = ("name", "message", "opened", "closed")
    list_filter = ("name",)
    search_fields = ("name", "message")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """The checks open them."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """The checks close them."""
        return False
