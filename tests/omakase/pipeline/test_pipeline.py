"""Sources meet, rankers take turns, and nothing passes by the gate."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase.pipeline.merges import Interleave, NoConfig
from omakase.pipeline.pipeline import Pipeline, Proposer
from omakase.rankers.cut import Cut
from omakase.rankers.gate import Gate, GateConfig
from omakase.types import PAD, Queries, Slate

N = 9
ALL = np.ones(N, dtype=np.bool_)


@dataclass(frozen=True)
class Says:
    """Proposes the same list to all, whatever it is told."""

    name: str
    items: tuple[int, ...]

    def candidates(self, queries, k):
        rows = np.tile(np.asarray(self.items[:k], np.int32), (len(queries), 1))
        return Slate(rows, np.tile(np.arange(rows.shape[1], 0, -1, np.float32), (len(rows), 1)))


@dataclass(frozen=True)
class Backwards:
    """A ranker, to be seen in the trace."""

    def rank(self, queries, slate):
        return Slate(slate.items[:, ::-1].copy(), slate.scores[:, ::-1].copy())


def pipeline(*lists, available=ALL, rankers=(), fallback=None, **more):
    return Pipeline(
        name="test",
        proposers=tuple(Proposer(Says(f"s{n}", items)) for n, items in enumerate(lists)),
        merge=Interleave(NoConfig()),
        rankers=rankers,
        gate=Gate(GateConfig(), available),
        fallback=None if fallback is None else Says("rest", fallback),
        **more,
    )


def ask(history=(PAD,), exclude=(PAD,), **more):
    return Queries.of(
        np.asarray([history], np.int32), exclude=np.asarray([exclude], np.int32), **more
    )


def items(slate):
    return [item for item, _ in slate.lists()[0]]


def test_sources_take_turns_and_k_come_back():
    assert items(pipeline((1, 2, 3), (7, 8)).recommend(ask(), 4)) == [1, 7, 2, 8]


def test_a_short_answer_is_padded_to_k():
    slate = pipeline((1,)).recommend(ask(), 3)
    assert slate.items.tolist() == [[1, PAD, PAD]]
    assert np.isneginf(slate.scores[0, 1:]).all()


def test_rankers_take_turns():
    rankers = (Cut(2), Backwards())
    assert items(pipeline((1, 2, 3), rankers=rankers).recommend(ask(), 5)) == [2, 1]


def test_the_fallback_fills_what_is_short():
    slate = pipeline((1, 2), fallback=(2, 5, 6, 4)).recommend(ask(exclude=(6,)), 4)
    assert items(slate) == [1, 2, 5, 4]
    assert (np.diff(slate.scores[0]) < 0).all()


def test_the_fallback_fills_only_the_rows_that_are_short():
    queries = Queries.of(np.full((2, 1), PAD, np.int32), exclude=np.asarray([[PAD], [1]], np.int32))
    slate = pipeline((1, 2), fallback=(8, 7)).recommend(queries, 2)
    assert slate.items.tolist() == [[1, 2], [2, 8]]


def test_the_fallback_is_not_asked_in_vain():
    class Never:
        name = "never"

        def candidates(self, queries, k):
            raise AssertionError("asked")

    full = replace(pipeline((1, 2)), fallback=Never())
    assert items(full.recommend(ask(), 2)) == [1, 2]


def test_the_fallback_passes_the_gate():
    mask = ALL.copy()
    mask[[5, 6]] = False
    slate = pipeline((), available=mask, fallback=(5, 6, 7, 7, 99)).recommend(ask(history=(8,)), 2)
    assert items(slate) == [7]


@pytest.mark.parametrize(("k", "asked"), [(1, 5), (3, 5), (4, 6), (100, N)])
def test_candidates_asked_for(k, asked):
    """`oversample` for each to be shown, at least `pool`, never more than there are."""
    heard = []

    class Listens(Says):
        def candidates(self, queries, k):
            heard.append(k)
            return super().candidates(queries, k)

    one = pipeline((1,), pool=5, oversample=1.5)
    Pipeline(**{**vars(one), "proposers": (Proposer(Listens("s", (1,))),)}).recommend(ask(), k)
    assert heard == [asked]


def test_a_quota_is_all_that_is_asked():
    one = pipeline((1, 2, 3))
    few = Pipeline(**{**vars(one), "proposers": (Proposer(one.proposers[0].source, quota=2),)})
    assert items(few.recommend(ask(), 3)) == [1, 2]


def test_another_mask_is_another_pipeline():
    before = pipeline((1, 2, 3))
    mask = ALL.copy()
    mask[2] = False
    after = before.with_available(mask)
    mask[1] = False
    assert items(after.recommend(ask(), 3)) == [1, 3]
    assert items(before.recommend(ask(), 3)) == [1, 2, 3]


def test_a_mask_of_another_catalog_is_refused():
    with pytest.raises(ValueError, match="mask"):
        pipeline((1,)).with_available(np.ones(N + 1, dtype=np.bool_))


def test_each_step_can_be_watched():
    steps = dict(pipeline((1, 2), (2, 9), rankers=(Backwards(),)).stages(ask(exclude=(1,)), 2))
    assert list(steps) == ["source s0", "source s1", "merge", "ranker Backwards", "gate", "answer"]
    assert items(steps["merge"]) == [1, 2, 9]
    assert items(steps["gate"]) == [2]


rows = st.integers(-3, N + 3)
lists = st.lists(rows, max_size=12).map(tuple)


@given(
    st.lists(lists, min_size=1, max_size=3),
    lists,
    st.lists(rows, min_size=1, max_size=5),
    st.lists(st.integers(-1, N - 1), min_size=1, max_size=4),
    st.lists(st.integers(-2, 2), min_size=4, max_size=4),
    st.lists(st.booleans(), min_size=N, max_size=N),
    st.integers(1, 12),
)
def test_nothing_passes_by_the_gate(proposed, fallback, exclude, history, weights, mask, k):
    """Whatever sources say: rows below nought, beyond the catalog, twice, banned or hidden."""
    queries = ask(history, exclude, weights=np.asarray([weights[: len(history)]], np.float32))
    made = pipeline(*proposed, available=np.asarray(mask), fallback=fallback)
    slate = made.recommend(queries, k)
    shown = items(slate)
    assert slate.items.shape == (1, k)
    assert len(shown) == len(set(shown))
    assert not set(shown) & {*exclude, *history}
    assert all(0 <= item < N and mask[item] for item in shown)
    heard = (*(some[:N] for some in proposed), fallback[: 2 * k])
    fine = {i for some in heard for i in some if 0 <= i < N and mask[i]}
    assert len(shown) == min(k, len(fine - {*exclude, *history}))
