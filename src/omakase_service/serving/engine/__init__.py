"""The only door of this app to the engine. Plain Python on this side, arrays on the other."""

from collections.abc import Mapping

from omakase.artifacts.version import Version
from omakase.build.version import EVERYBODYS
from omakase.data.weighting import WeighedPast, Weighting, weigh_past
from omakase.errors import OmakaseError
from omakase.evaluate.agreement import TimedLists, overlap, same_first
from omakase.evaluate.compare import BASELINE as POPULAR
from omakase.experiments.live_watch import (
    Engagement,
    match_hours,
    shared_hours,
    total,
    watch_hours,
)
from omakase.pipeline.cold_start import LIKES, path_of
from omakase.pipeline.placed import PlacedItems
from omakase_service.events.engine import weighting_of
from omakase_service.serving.engine.cards import MOST_CHANGED, ItemRows, remembered_cards
from omakase_service.serving.engine.contracts import (
    AUTO,
    NOWHERE,
    EngineList,
    EngineRequest,
    kept_out,
)
from omakase_service.serving.engine.fresh import (
    HALF_LIFE_SECONDS,
    LIKE_NEW,
    FreshItems,
    RecentChoices,
    empty_places,
)
from omakase_service.serving.engine.persons import nearest_users, onboarding_questions
from omakase_service.serving.engine.recommender import LiveRecommender
from omakase_service.serving.engine.replay import estimates as policy_estimates
from omakase_service.serving.engine.segments import item_matches, user_matches

__all__ = [
    "AUTO",
    "EVERYBODYS",
    "HALF_LIFE_SECONDS",
    "LIKES",
    "LIKE_NEW",
    "MOST_CHANGED",
    "NOWHERE",
    "POPULAR",
    "EngineList",
    "EngineRefusal",
    "EngineRequest",
    "FreshItems",
    "ItemRows",
    "LiveRecommender",
    "PlacedItems",
    "RecentChoices",
    "TimedLists",
    "Version",
    "WeighedPast",
    "Weighting",
    "empty_places",
    "is_surely_worse",
    "item_matches",
    "kept_out",
    "nearest_users",
    "onboarding_questions",
    "overlap",
    "path_of",
    "policy_estimates",
    "remembered_cards",
    "same_first",
    "shared_counts",
    "user_matches",
    "weigh_past",
    "weighting_of",
]

EngineRefusal = OmakaseError
"""What opening a version raises where it is missing or damaged."""

Counts = tuple[int, int]
"""Answers, and how many of them led to a click."""


def is_surely_worse(
    before: Mapping[int, Counts], live: Mapping[int, Counts], tolerance: float
) -> bool:
    """Whether the live version's counts, by hour of the day, are surely below those before it."""
    return watch_hours(_hourly(before), _hourly(live), tolerance=tolerance).is_worse


def shared_counts(
    before: Mapping[int, Counts], live: Mapping[int, Counts]
) -> tuple[Counts, Counts]:
    """What is compared of both: the hours of the day that both have answered in."""
    earlier = match_hours(_hourly(before), _hourly(live))
    now = total(shared_hours(_hourly(before), _hourly(live)))
    return (earlier.answers, earlier.clicked), (now.answers, now.clicked)


def _hourly(counts: Mapping[int, Counts]) -> dict[int, Engagement]:
    return {hour: Engagement(*pair) for hour, pair in counts.items()}
