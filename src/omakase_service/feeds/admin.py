"""Feeds in Django's admin: read; they are kept in the console."""

from django.contrib import admin

from omakase_service.feeds.models import Feed
from omakase_service.platform.read_only_admin import ReadOnlyAdmin


@admin.register(Feed)
class FeedAdmin(ReadOnlyAdmin):
    """What came of each feed."""

    list_display = ("name", "format", "read", "stored", "refused", "note", "fetched")
    search_fields = ("name",)
