"""Daily figures in Django's admin: read."""

from django.contrib import admin
from django.http import HttpRequest

from omakase_service.analytics.models import DailyFigures


@admin.register(DailyFigures)
class DailyFiguresAdmin(admin.ModelAdmin):
    """What lists earned, day by day; counted by a job."""

    list_display = ("day", "algorithm", "version", "placement")
    list_filter = ("algorithm", "placement")
    search_fields = ("algorithm", "version")
    date_hierarchy = "day"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """The roll-up writes them."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """They are counted from the log."""
        return False
