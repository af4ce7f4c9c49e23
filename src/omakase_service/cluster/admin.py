"""Processes in Django's admin: read."""

from django.contrib import admin

from omakase_service.cluster.models import Node
from omakase_service.platform.read_only_admin import ReadOnlyAdmin


@admin.register(Node)
class NodeAdmin(ReadOnlyAdmin):
    """What serves and works, and where."""

    list_display = ("name", "role", "version", "release", "load", "seen")
    search_fields = ("name",)
