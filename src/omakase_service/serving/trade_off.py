"""What varied lists cost, measured on the owner's data: a job, whose outcome the version keeps."""

from collections.abc import Mapping
from typing import Any

from omakase_service.events.selectors import kinds
from omakase_service.jobs.contracts import JobContext, JobSkipped
from omakase_service.serving.engine.trade_off import measured_trade_off
from omakase_service.serving.policy_contracts import TradeOffParameters
from omakase_service.serving.version_opening import model_order
from omakase_service.training.contracts import VersionCard
from omakase_service.training.exporting import export_new
from omakase_service.training.promotion import latest_now, recipe_of
from omakase_service.training.selectors import live_card
from omakase_service.training.services import training_plan
from omakase_service.training.versions import note_trade_off, snapshot_folder

KIND = "trade_off"
"""Of the job, and the key under which a version keeps what came of it."""


def trade_off_job(context: JobContext, parameters: TradeOffParameters) -> dict[str, Any]:
    """Fit the live version's recipe on earlier events, and judge lists of every variety by later.

    Raises:
        JobSkipped: nothing is live.
        OmakaseError: too few events, no such model, or nothing tells likeness.
    """
    card = live_card()
    if card is None:
        raise JobSkipped("no version is live")
    model = parameters.model or card.best
    context.note("exporting events")
    export_new()
    context.note(f"fitting {model} on earlier events")
    plan = training_plan(None, True, None)

    def progress(done: int, total: int, **_: float) -> None:
        context.progress(done, total, "judging lists")

    points = measured_trade_off(
        snapshot=snapshot_folder(),
        kinds=kinds(),
        fade_days=plan.fade_days,
        latest=latest_now(),
        recipe=recipe_of(card) if model == card.best else {"model": model, "knobs": {}},
        others=model_order(card),
        k=plan.k,
        seed=plan.seed,
        repeats=plan.repeats,
        progress=progress,
    )
    context.assert_lease()
    note_trade_off(name=card.name, model=model, figures=points)
    return {"version": card.name, "model": model, "people": points["people"]}


def trade_off_of(card: VersionCard, model: str) -> Mapping[str, Any] | None:
    """What was measured of a version's model; None where nothing was."""
    verdict: Mapping[str, Any] | None = (card.verdict.get(KIND) or {}).get(model or card.best)
    return verdict
