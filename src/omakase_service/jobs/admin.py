"""Jobs and schedules in Django's admin: jobs are read and cancelled, schedules are changed."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from omakase_service.jobs.models import Job, Schedule
from omakase_service.jobs.services import queue, scheduling
from omakase_service.platform.exceptions import Conflict, Invalid
from omakase_service.platform.read_only_admin import ReadOnlyAdmin


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    """What was done beside requests, and how it went."""

    list_display = ("id", "kind", "state", "step", "done", "total", "schedule", "created")
    list_filter = ("state", "kind")
    search_fields = ("note", "key")
    actions = ("cancel",)

    @admin.action(description=_("Cancel the chosen jobs"))
    def cancel(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        """Cancel those that are not over."""
        for job_id in queryset.values_list("pk", flat=True):
            try:
                queue.cancel(job_id=job_id)
            except Conflict as error:
                messages.warning(request, str(error))


@admin.register(Schedule)
class ScheduleAdmin(admin.ModelAdmin):
    """When jobs are due."""

    list_display = ("name", "kind", "cron", "time_zone", "enabled", "next_run", "last_run", "note")
    fields = ("name", "kind", "parameters", "cron", "time_zone", "enabled")

    def save_model(self, request: HttpRequest, obj: Schedule, form: object, change: bool) -> None:
        """Save through the service, which checks and finds the next time."""
        try:
            scheduling.save_schedule(
                name=obj.name,
                kind=obj.kind,
                cron=obj.cron,
                parameters=obj.parameters,
                time_zone=obj.time_zone,
                enabled=obj.enabled,
            )
        except Invalid as error:
            messages.error(request, str(error))
