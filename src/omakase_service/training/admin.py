"""Runs and versions in Django's admin: read, and promoted."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from omakase_service.platform.exceptions import Conflict
from omakase_service.platform.read_only_admin import ReadOnlyAdmin
from omakase_service.training.models import ModelVersion
from omakase_service.training.versions import promote_version


@admin.register(ModelVersion)
class ModelVersionAdmin(ReadOnlyAdmin):
    """One of the versions is live; another can be chosen."""

    list_display = ("name", "stage", "best", "size_bytes", "created", "promoted", "retired")
    list_filter = ("stage", "best")
    search_fields = ("name", "digest")
    actions = ("make_live",)

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Its files would stay behind; old versions are tidied by training."""
        return False

    @admin.action(description=_("Let the chosen version answer"))
    def make_live(self, request: HttpRequest, queryset: QuerySet[ModelVersion]) -> None:
        """Promote exactly one."""
        names = list(queryset.values_list("name", flat=True)[:2])
        if len(names) != 1:
            messages.error(request, _("Choose one version."))
            return
        try:
            promote_version(name=names[0])
        except Conflict as error:
            messages.error(request, str(error))
            return
        messages.success(request, _("%(name)s is live.") % {"name": names[0]})
