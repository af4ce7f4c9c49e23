"""Verdicts of the promotion gate, as plain values."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from omakase.build import judgement, trainable
from omakase.build.promotion import PromotionConfig, decide, first_verdict, unjudged_verdict
from omakase.build.promotion import (
    has_enough_events as has_enough,
)
from omakase.build.promotion_words import to_dict
from omakase.data.splits import by_moment, cuts
from omakase.errors import EmptyData
from omakase.registry import version_store
from omakase_service.events.contracts import KindRule
from omakase_service.events.engine import weighting_of
from omakase_service.training.contracts import TrainingPlan
from omakase_service.training.engine.snapshots import read_people


def judge_recipes(
    *,
    snapshot: Path,
    kinds: Mapping[str, KindRule],
    plan: TrainingPlan,
    latest: int,
    live: Mapping[str, Any],
    new: Mapping[str, Any],
    config: Mapping[str, Any],
) -> dict[str, Any]:
    """The verdict on a new recipe beside the live one, both fitted on the same earlier part.

    Args:
        live, new: recipes as versions keep them.
        config: fields of `PromotionConfig`.
    """
    rules = PromotionConfig(**config)
    if live == new:
        return to_dict(unjudged_verdict(rules, same=True))
    weighting = weighting_of(kinds, plan.fade_days)
    data = read_people(snapshot, weighting, latest)
    sides = [trainable.contender(recipe["model"], recipe["knobs"]) for recipe in (live, new)]
    for cut in cuts(data):
        try:
            judged = judgement.judge_recipes(
                cut(data), *sides, k=rules.k, seed=plan.seed, mask_seen=not plan.repeats
            )
        except EmptyData:
            continue
        return to_dict(decide(*judged, rules, basis="recipes"))
    return to_dict(unjudged_verdict(rules, same=False))


def judge_versions(
    *,
    snapshot: Path,
    kinds: Mapping[str, KindRule],
    latest: int,
    folder: Path,
    live: tuple[str, str],
    new: tuple[str, str],
    since: int,
    repeats: bool,
    config: Mapping[str, Any],
) -> dict[str, Any] | None:
    """The verdict on two saved versions by what came after both; None where nothing did.

    Args:
        live, new: a version's name and that of its best model.
        since: Unix seconds of the newest event that either has learnt from.
    """
    rules = PromotionConfig(**config)
    data = read_people(snapshot, weighting_of(kinds, None), latest)
    store = version_store(folder)
    sides = [(store.open(name), best) for name, best in (live, new)]
    try:
        judged = judgement.judge_versions(
            by_moment(data, since), *sides, k=rules.k, mask_seen=not repeats
        )
    except EmptyData:
        return None
    return to_dict(decide(*judged, rules, basis="versions"))


def has_enough_events(live: int, new: int) -> bool:
    """Whether a version has learnt from about as many events as the live one, or more."""
    return has_enough(live, new, PromotionConfig())


def refresh_verdict_of(config: Mapping[str, Any]) -> dict[str, Any]:
    """The verdict on the same recipe where nothing could be judged."""
    return to_dict(unjudged_verdict(PromotionConfig(**config), same=True))


def first_verdict_of(config: Mapping[str, Any]) -> dict[str, Any]:
    """The verdict where nothing is live."""
    return to_dict(first_verdict(PromotionConfig(**config)))
