"""Cursors of databases in Django's admin: read, and deleted to begin anew."""

from django.contrib import admin

from omakase_service.platform.read_only_admin import ReadOnlyAdmin
from omakase_service.sql_import.models import SqlCursor


@admin.register(SqlCursor)
class SqlCursorAdmin(ReadOnlyAdmin):
    """How far databases were read."""

    list_display = ("name", "value", "rows", "updated")
    search_fields = ("name",)
