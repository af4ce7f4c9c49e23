"""Whether a model of messages may take another's place: talks of other people, said again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log2
from typing import Final

import numpy as np

from omakase.dialog.guide import Guide, GuideTurn
from omakase.dialog.intents import LIST_INTENTS
from omakase.dialog.state import DialogState
from omakase.dialog.talks import RatedTalk
from omakase.evaluate.confidence import Difference, paired_difference

DEPTH: Final = 10
"""Length of the lists that are compared."""

LEAST_TALKS: Final = 20
"""Talks without which nothing is judged."""

Ranked = Callable[[GuideTurn], Sequence[str]]
"""Item ids of the list for a message, best first."""


@dataclass(frozen=True, slots=True)
class LearningVerdict:
    """What talks of other people say of a new model.

    Attributes:
        talks: that were said again.
        before, after: mean NDCG of what was chosen in talks that went well.
        gain: by how much the new model is better, talk by talk: what content people chose
            should stand higher, what discontent ones settled for lower.
        reason: in words.
    """

    promoted: bool
    talks: int
    before: float
    after: float
    gain: Difference | None
    reason: str


def judge_learning(
    before: Guide,
    after: Guide,
    talks: Sequence[RatedTalk],
    ranked: Ranked,
    *,
    seed: int,
) -> LearningVerdict:
    """The gate: promoted only where the paired interval of the gain lies above zero.

    Args:
        talks: of people whom the new model has not learnt from.
        seed: of the bootstrap.
    """
    judged = [talk for talk in talks if talk.chosen and talk.worth]
    if len(judged) < LEAST_TALKS:
        reason = f"{len(judged)} rated talks with a choice are kept aside; {LEAST_TALKS} are needed"
        return LearningVerdict(False, len(judged), 0.0, 0.0, None, reason)
    old = np.asarray([talk_ndcg(before, talk, ranked) for talk in judged])
    new = np.asarray([talk_ndcg(after, talk, ranked) for talk in judged])
    worth = np.asarray([talk.worth for talk in judged])
    gain = paired_difference(worth * new, worth * old, rng=np.random.default_rng(seed))
    good = worth > 0
    means = [float(figures[good].mean()) if good.any() else 0.0 for figures in (old, new)]
    return LearningVerdict(
        gain.is_surely_better, len(judged), means[0], means[1], gain, _reason(gain)
    )


def talk_ndcg(guide: Guide, talk: RatedTalk, ranked: Ranked) -> float:
    """Mean over a talk's messages of 1 / log₂(1 + rank) of the best-placed item that was chosen.

    The messages are said again to this guide; a message without a list leaves the one before.
    """
    chosen = set(talk.chosen)
    state, listed = DialogState(), list[str]()
    gains = []
    for message in talk.messages:
        turn = guide.hear(message.text, state, [guide.shown(key, None) for key in listed])
        state = turn.state.without([constraint.key for constraint in turn.plan.dropped])
        if turn.heard.intent in LIST_INTENTS and not turn.plan.impossible:
            listed = list(ranked(turn))[:DEPTH]
        rank = next((at for at, key in enumerate(listed, start=1) if key in chosen), 0)
        gains.append(1 / log2(1 + rank) if rank else 0.0)
    return sum(gains) / len(gains) if gains else 0.0


def _reason(gain: Difference) -> str:
    if gain.low is None or gain.high is None:
        return "too few talks to tell"
    ends = f"{gain.mean:+.4f} ({gain.low:+.4f} to {gain.high:+.4f})"
    if gain.is_surely_better:
        return f"surely better on talks of other people: {ends}"
    return f"not surely better on talks of other people: {ends}"
