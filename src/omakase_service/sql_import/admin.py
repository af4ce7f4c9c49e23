"""Cursors of databases in Django's admin: read, and deleted to begin anew."""

from django.contrib import admin
from django.http import HttpRequest

from omakase_service.sql_import.models import SqlCursor


@admin.register(SqlCursor)
class SqlCursorAdmin(admin.ModelAdmin):
    """How far databases were read."""

    list_display = ("name", "value", "rows", "updated")
    search_fields = ("name",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Imports make them."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Imports move them."""
        return False
