"""Incidents in Django's admin: read."""

from django.contrib import admin

from omakase_service.alerts.models import Incident
from omakase_service.platform.read_only_admin import ReadOnlyAdmin


@admin.register(Incident)
class IncidentAdmin(ReadOnlyAdmin):
    """What was wrong, from when to when."""

    list_display = ("name", "message", "opened", "closed")
    list_filter = ("name",)
    search_fields = ("name", "message")
