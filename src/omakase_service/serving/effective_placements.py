"""What holds at places, as far as the live version can do it.

A version may come without a model that a place was given; its lists are then those of the best
model, under the same filters, boosts and pins, and `/health/ready` says so.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

from omakase_service.serving.engine import EngineRefusal, LiveRecommender
from omakase_settings import Placement

log = logging.getLogger("omakase.serving")
AS_USUAL = {"model": "", "strategy": "", "pipeline": {}}


@dataclass(frozen=True)
class EffectivePlacements:
    """What was saved, and what of it holds.

    Attributes:
        said: by the name of the place, as it was saved.
        holding: the same as lists are made by it.
        misfits: why a place does not get what was said, by its name.
    """

    said: Mapping[str, Placement] = field(default_factory=dict)
    holding: Mapping[str, Placement] = field(default_factory=dict)
    misfits: Mapping[str, str] = field(default_factory=dict)


def standing(live: LiveRecommender, said: Mapping[str, Placement]) -> EffectivePlacements:
    """Each place with what the version can do for it."""
    holding, misfits = dict(said), {}
    for name, placement in said.items():
        try:
            live.require_ways(placement)
        except EngineRefusal as error:
            holding[name], misfits[name] = placement.model_copy(update=AS_USUAL), str(error)
            log.warning("placement %s is answered by %s: %s", name, live.best, error)
    return EffectivePlacements(said, holding, misfits)
