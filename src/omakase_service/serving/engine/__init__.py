"""The only door of this app to the engine. Plain Python on this side, arrays on the other."""

from omakase.build.version import EVERYBODYS
from omakase.errors import OmakaseError
from omakase.evaluate.agreement import TimedLists, overlap, same_first
from omakase.experiments.live_watch import Engagement, watch
from omakase.pipeline.cold_start import LIKES, path_of
from omakase_service.serving.engine.cards import MOST_CHANGED, ItemRows, remembered
from omakase_service.serving.engine.fresh import HALF_LIFE_SECONDS, FreshItems, RecentChoices
from omakase_service.serving.engine.lazy_events import LazyEvents
from omakase_service.serving.engine.recommender import POPULAR, EngineList, LiveRecommender
from omakase_service.serving.engine.replay import estimates as policy_estimates
from omakase_service.serving.engine.request import AUTO, NOWHERE, EngineRequest, kept_out
from omakase_service.serving.engine.weighing import EventWeigher, WeighedPast

__all__ = [
    "AUTO",
    "EVERYBODYS",
    "HALF_LIFE_SECONDS",
    "LIKES",
    "MOST_CHANGED",
    "NOWHERE",
    "POPULAR",
    "EngineList",
    "EngineRefusal",
    "EngineRequest",
    "EventWeigher",
    "FreshItems",
    "ItemRows",
    "LazyEvents",
    "LiveRecommender",
    "RecentChoices",
    "TimedLists",
    "WeighedPast",
    "is_surely_worse",
    "kept_out",
    "overlap",
    "path_of",
    "policy_estimates",
    "remembered",
    "same_first",
]

EngineRefusal = OmakaseError


def is_surely_worse(before: tuple[int, int], live: tuple[int, int], tolerance: float) -> bool:
    """Whether the live version's (answers, clicked) are surely below those before it."""
    return watch(Engagement(*before), Engagement(*live), tolerance=tolerance).is_worse


"""What opening a version raises where it is missing or damaged."""
