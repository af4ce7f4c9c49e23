"""A form that begins an experiment."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from omakase_service.console.experiment_form import AMOUNTS, DEFAULTS, METRICS, design_of
from omakase_service.console.pages import REFUSALS, address, in_words, log, needs, page, param
from omakase_service.console.translations import say
from omakase_service.console.views.placements import STRATEGIES, live_models
from omakase_service.experiments.services import lifecycle
from omakase_service.platform.exceptions import Invalid
from omakase_service.platform.requests import ServiceRequest
from omakase_service.platform.roles import Role
from omakase_service.serving.selectors import placements


@needs(Role.EDIT)
@require_http_methods(["GET", "POST"])
def new_experiment(request: ServiceRequest) -> HttpResponse:
    """The form, and the experiment that it describes."""
    if request.method != "POST":
        return _form(request, {**DEFAULTS, "place": param(request, "place")})
    fields = {name: request.POST.get(name, "").strip() for name in DEFAULTS}
    try:
        _create(fields, starts=request.POST.get("do") == "start")
    except REFUSALS as error:
        messages.error(request, in_words(error))
        return _form(request, fields)
    words = say("The experiment {name} is written down.", name=fields["name"])
    log.info("%s: %s", request.user.get_username(), words)
    messages.success(request, words)
    return redirect(address("experiment", name=fields["name"]))


def _create(fields: Mapping[str, str], *, starts: bool) -> None:
    """Write the draft; a start that is refused leaves it, with the reason.

    Raises:
        ServiceError: the form or the design makes no sense, or its name is taken.
    """
    if not fields["name"]:
        raise Invalid(say("Give the experiment a name."))
    lifecycle.create_experiment(name=fields["name"], design=design_of(fields))
    if starts:
        lifecycle.start_experiment(name=fields["name"])


def _form(request: ServiceRequest, fields: Mapping[str, str]) -> HttpResponse:
    return page(
        request,
        "new_experiment",
        "experiments",
        fields=fields,
        amounts=[(name, title, fields[name]) for name, (title, _, _) in AMOUNTS.items()],
        metrics=METRICS.items(),
        models=live_models(),
        strategies=STRATEGIES,
        places=sorted(placements()),
    )
