"""Lists as they would be: by another version, or with a placement that nobody saved yet."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from omakase_service.serving.contracts import ListRequest, Notice, RankedList, ResultItem
from omakase_service.serving.hydration import part_of
from omakase_service.serving.policies import policy_state
from omakase_service.serving.policy_contracts import PolicyQuestion
from omakase_service.serving.routing import length, route
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
    state = policy_state(PolicyQuestion(question.placement, version=version, placement=placement))
    now = int(time.time())
    visitor = person(question, now)
    ask, notice = route(state, question, visitor, now)
    made = state.laid_over(ask, state.live.ranked_list(ask, question.language), question.language)
    algorithm = state.live.choice.stand_in(ask.algorithm)
    ranked = RankedList(made.items, made.whys, algorithm, notice, len(ask.seen))
    part = part_of(state.live, ranked, length(question))
    return PreviewedList(state.live.name, algorithm, len(ask.seen), notice, part.items)
