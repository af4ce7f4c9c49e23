"""The stage that lost an item."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from omakase.explain.why_not import why_not
from omakase.pipeline.merges import Interleave, NoConfig
from omakase.pipeline.pipeline import Pipeline, Proposer
from omakase.rankers.cut import Cut
from omakase.rankers.gate import Gate, GateConfig
from omakase.types import PAD, Queries, Slate


@dataclass(frozen=True)
class Says:
    name: str
    items: tuple[int, ...]

    def candidates(self, queries, k):
        items = np.asarray([self.items[:k]], np.int32)
        return Slate(items, np.arange(items.shape[1], 0, -1, np.float32)[None])


MASK = np.arange(20) != 6
PIPELINE = Pipeline(
    "x", (Proposer(Says("s", (1, 2, 3, 4, 5, 6, 7))),), Interleave(NoConfig()), (Cut(6),),
    Gate(GateConfig(), MASK),
)  # fmt: skip
ASK = Queries.of(
    np.asarray([[3, 4]], np.int32),
    exclude=np.asarray([[5, PAD]], np.int32),
    weights=np.asarray([[1, -1]], np.float32),
)


def fate(item, k=1):
    return why_not(PIPELINE, ASK, item, k)


@pytest.mark.parametrize(
    ("item", "stage", "reason"),
    [
        (2, "answer", "beyond_k"),
        (3, "gate", "seen"),
        (4, "gate", "disliked"),
        (5, "gate", "excluded"),
        (6, "gate", "unavailable"),
        (7, "ranker Cut", "ranked_out"),
        (9, "source", "not_proposed"),
        (99, "gate", "unknown"),
        (-1, "gate", "unknown"),
    ],
)
def test_why_not_names_stage_and_reason(item, stage, reason):
    found = fate(item)
    assert (found.shown, found.lost_at, found.reason) == (False, stage, reason)


def test_what_is_shown_was_not_lost():
    found = fate(1)
    assert (found.shown, found.lost_at, found.reason) == (True, "", "")


def test_every_step_is_told():
    steps = fate(2, k=2).steps
    assert [s.stage for s in steps] == ["source s", "merge", "ranker Cut", "gate", "answer"]
    assert [s.place for s in steps] == [1, 1, 1, 1, 1]
    assert steps[0].score == 6


def test_the_request_may_forbid_more():
    found = why_not(PIPELINE, replace(ASK, allowed=np.arange(20) != 2), 2, 5)
    assert (found.lost_at, found.reason) == ("gate", "unavailable")


def test_one_query_at_a_time():
    both = Queries.of(np.asarray([[1], [2]], np.int32))
    with pytest.raises(ValueError, match="one query at a time, got 2"):
        why_not(PIPELINE, both, 1, 1)
