"""What varied lists cost a recipe, fitted on the earlier part of a snapshot."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from omakase.build import trainable
from omakase.build.trade_off import trade_off
from omakase.data.splits import cuts
from omakase.errors import EmptyData
from omakase.types import Progress
from omakase_service.events.contracts import KindRule
from omakase_service.events.engine import weighting_of
from omakase_service.training.engine.snapshots import read_people


def measured_trade_off(
    *,
    snapshot: Path,
    kinds: Mapping[str, KindRule],
    fade_days: float | None,
    latest: int,
    recipe: Mapping[str, Any],
    others: Sequence[str],
    k: int,
    seed: int,
    repeats: bool,
    progress: Progress,
) -> dict[str, Any]:
    """Fields of the engine's `TradeOff`, as plain values.

    Args:
        recipe: `model` and `knobs`, as versions keep it.
        others: models whose vectors may tell likeness, where the recipe's has none.
        latest: Unix seconds after which events are of the future, and left out.
        progress: people who were asked about, of how many.

    Raises:
        OmakaseError: too few events to hold any back, or nothing tells likeness.
    """
    data = read_people(snapshot, weighting_of(kinds, fade_days), latest)
    side = trainable.contender(recipe["model"], recipe["knobs"])
    for cut in cuts(data):
        try:
            points = trade_off(
                cut(data), side, others, k=k, seed=seed, mask_seen=not repeats, progress=progress
            )
        except EmptyData:
            continue
        return asdict(points)
    raise EmptyData("too few events: nobody did anything in the part that would be held back")
