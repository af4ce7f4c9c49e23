"""Lists as they would be: by another version, or with a placement that nobody saved yet."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from omakase_service.serving import live_version
from omakase_service.serving.contracts import ListRequest, Notice, RankedList, ResultItem
from omakase_service.serving.effective_placements import EffectivePlacements
from omakase_service.serving.hydration import part_of
from omakase_service.serving.live_version import LiveState
from omakase_service.serving.routing import judged, length
from omakase_service.serving.user_state import person
from omakase_settings import Placement


@dataclass(frozen=True, slots=True)
class PreviewedList:
    """A list that was shown to nobody.

    Attributes:
        version: that would answer.
        algorithm: that would answer.
        events: of the person, that it rests on.
    """

    version: str
    algorithm: str
    events: int
    notice: Notice
    items: Sequence[ResultItem]


def preview_list(
    question: ListRequest, *, version: str = "", placement: Placement | None = None
) -> PreviewedList:
    """The list as it would be; neither kept nor logged, and without any experiment.

    Args:
        version: name of a saved one that would answer; "" is the live one.
        placement: what would hold at `question.placement`; None is what holds there now.

    Raises:
        NotReady: no version is live.
        NotFound: no such version.
        OmakaseError: the version cannot do what the placement says, with the place and what is
            near, or it cannot be opened.
    """
    state = _state(question.placement, version, placement)
    now = int(time.time())
    who = person(question, now)
    ask, notice = judged(state, question, who, now)
    made = state.laid_over(ask, state.live.answered(ask, question.language), question.language)
    algorithm = state.live.stand_in(ask.algorithm)
    ranked = RankedList(made.items, made.whys, algorithm, notice, len(ask.seen))
    part = part_of(state.live, ranked, length(question))
    return PreviewedList(state.live.name, algorithm, len(ask.seen), notice, part.items)


def _state(at: str, version: str, placement: Placement | None) -> LiveState:
    state = live_version.now()
    if version:
        state = live_version.with_version(state, version)
    holding = dict(state.placements)
    if placement is not None:
        state.live.require_placement(placement)
        holding[at] = placement
    standing = EffectivePlacements(holding, holding)
    return replace(state, standing=standing, experiments=())
