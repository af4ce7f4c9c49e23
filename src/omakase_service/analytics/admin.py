"""Daily figures in Django's admin: read."""

from django.contrib import admin

from omakase_service.analytics.models import DailyFigures
from omakase_service.platform.read_only_admin import ReadOnlyAdmin


@admin.register(DailyFigures)
class DailyFiguresAdmin(ReadOnlyAdmin):
    """What lists earned, day by day; counted by a job."""

    list_display = ("day", "algorithm", "version", "placement")
    list_filter = ("algorithm", "placement")
    search_fields = ("algorithm", "version")
    date_hierarchy = "day"
