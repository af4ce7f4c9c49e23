"""Experiments in Django's admin: read, started, paused and completed."""

from collections.abc import Callable

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from omakase_service.experiments.contracts import ExperimentCard
from omakase_service.experiments.models import Experiment
from omakase_service.experiments.services import analysis, lifecycle
from omakase_service.platform.exceptions import Conflict
from omakase_service.platform.read_only_admin import ReadOnlyAdmin


@admin.register(Experiment)
class ExperimentAdmin(ReadOnlyAdmin):
    """What is compared, where, and how it stands."""

    list_display = ("name", "place", "state", "started", "ended", "winner", "verdict")
    list_filter = ("state",)
    search_fields = ("name", "place")
    actions = ("start", "pause", "complete")

    @admin.display(description=_("verdict"))
    def verdict(self, row: Experiment) -> str:
        """How it stands, in a sentence."""
        return analysis.experiment_results(name=row.name).verdict[0]

    @admin.action(description=_("Start or resume the chosen experiments"))
    def start(self, request: HttpRequest, queryset: QuerySet[Experiment]) -> None:
        """Start or resume those that can be."""
        _each(request, queryset, lifecycle.start_experiment)

    @admin.action(description=_("Pause the chosen experiments"))
    def pause(self, request: HttpRequest, queryset: QuerySet[Experiment]) -> None:
        """Pause those that are active."""
        _each(request, queryset, lifecycle.pause_experiment)

    @admin.action(description=_("Complete the chosen experiments"))
    def complete(self, request: HttpRequest, queryset: QuerySet[Experiment]) -> None:
        """Complete those that have begun, without a winner."""
        _each(request, queryset, lifecycle.complete_experiment)


def _each(
    request: HttpRequest,
    queryset: QuerySet[Experiment],
    change: Callable[..., ExperimentCard],
) -> None:
    for name in queryset.values_list("name", flat=True):
        try:
            change(name=name)
        except Conflict as error:
            messages.warning(request, str(error))
