"""Versions: their figures and verdicts, promotion, and two of them side by side."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_GET, require_POST

from omakase_service.catalog.selectors import users_after
from omakase_service.console.pages import act, address, address_of_job, needs, page, param
from omakase_service.console.translations import language, say
from omakase_service.jobs.selectors import jobs
from omakase_service.platform.requests import ServiceRequest
from omakase_service.platform.roles import Role
from omakase_service.serving.contracts import ListRequest
from omakase_service.serving.previews import PreviewedList, preview_list
from omakase_service.training import services
from omakase_service.training.contracts import TRAINING, Stage, VersionCard
from omakase_service.training.selectors import version_before, version_by_name, versions
from omakase_service.training.versions import promote_version, roll_back

SHOWN = ("ndcg", "recall", "coverage")
"""Measures of the comparison that are shown."""

LENGTH = 10


@needs(Role.SEE)
@require_GET
def version_list(request: ServiceRequest) -> HttpResponse:
    """All versions, the newest first."""
    cards = versions()
    return page(
        request,
        "versions",
        "versions",
        versions=[(card, _measure(card)) for card in cards],
        live=next((card for card in cards if card.stage == Stage.LIVE), None),
        before=version_before(),
        runs=jobs(kind=TRAINING, limit=5),
    )


@needs(Role.SEE)
@require_GET
def version(request: ServiceRequest) -> HttpResponse:
    """One version."""
    card = version_by_name(name=param(request, "name"))
    others = [each for each in versions() if each.name != card.name]
    table = card.table or {}
    return page(
        request,
        "version",
        "versions",
        version=card,
        lines=_lines(table),
        table=table,
        recipe=dict(card.recipe),
        others=others,
        live=next((each for each in others if each.stage == Stage.LIVE), None),
    )


@needs(Role.SEE)
@require_GET
def compare(request: ServiceRequest) -> HttpResponse:
    """Two versions side by side for one person."""
    left, right = param(request, "left"), param(request, "right")
    user_id = param(request, "user")
    lists = [_list_of(name, user_id) for name in (left, right)] if left and right else []
    return page(
        request,
        "compare",
        "versions",
        versions=versions(),
        left=left,
        right=right,
        user_id=user_id,
        people=users_after(after="", limit=20),
        lists=_differences(lists),
        shared=_overlap(lists),
    )


@needs(Role.ADMINISTER)
@require_POST
def promote(request: ServiceRequest) -> HttpResponse:
    """Let a version answer."""
    name, force = param(request, "name"), param(request, "force") == "yes"
    return act(
        request,
        lambda: promote_version(name=name, force=force),
        say("Version {name} answers now.", name=name),
        address("versions"),
    )


@needs(Role.ADMINISTER)
@require_POST
def back(request: ServiceRequest) -> HttpResponse:
    """Let the version answer that answered before."""
    before = version_before()
    return act(
        request,
        roll_back,
        say("Version {name} answers again.", name=before.name if before else ""),
        address("versions"),
    )


@needs(Role.EDIT)
@require_POST
def train(request: ServiceRequest) -> HttpResponse:
    """Ask for a new version, which stays a candidate: to promote it takes another role."""
    return act(
        request,
        lambda: services.start_run(promote=False),
        say("Training is asked for. A new version stays a candidate until somebody promotes it."),
        address("versions"),
        address_of_job,
    )


def _measure(card: VersionCard) -> float | None:
    """What its best model was judged by; none where it was not."""
    measure = str((card.table or {}).get("measure", ""))
    return card.metrics.get(measure)


def _lines(table: Any) -> list[dict[str, Any]]:
    """A line a model: name, figures, interval of the deciding one, seconds."""
    if not table:
        return []
    k, measure = table["k"], table["measure"]
    return [
        {
            "model": line["model"],
            "figures": [line["figures"].get(f"{name}@{k}") for name in SHOWN],
            "interval": line["intervals"].get(measure) or (),
            "seconds": line["cost"].get("train seconds"),
            "milliseconds": line["cost"].get("answer ms"),
        }
        for line in table["models"]
    ]


def _list_of(name: str, user_id: str) -> PreviewedList:
    question = ListRequest(user_id=user_id or None, n=LENGTH, language=language())
    return preview_list(question, version=name)


def _overlap(lists: list[PreviewedList]) -> int:
    """How many items both lists show."""
    if len(lists) < 2:
        return 0
    left, right = ({each.card.item_id for each in preview.items} for preview in lists)
    return len(left & right)


def _differences(lists: list[PreviewedList]) -> list[tuple[PreviewedList, list[tuple[Any, bool]]]]:
    """Each list with whether the other one has the item not."""
    if len(lists) < 2:
        return []
    ids = [{each.card.item_id for each in preview.items} for preview in lists]
    pairs = ((lists[0], ids[1]), (lists[1], ids[0]))
    return [
        (preview, [(each, each.card.item_id not in other) for each in preview.items])
        for preview, other in pairs
    ]
