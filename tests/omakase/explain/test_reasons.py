"""Why an item is there."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from omakase.arrays.lists import sorted_slate
from omakase.artifacts.in_memory import InMemoryVersion
from omakase.explain.reasons import reasons
from omakase.models.newest import Newest
from omakase.models.popular import Popular
from omakase.models.trending import Trending
from omakase.pipeline.pipeline import Proposer
from omakase.protocols import SourceReason
from omakase.rankers.cut import Cut
from omakase.registry import build_pipeline
from omakase.types import PAD, Context, Queries, Slate

WEIGHTS = np.zeros((6, 6), np.float32)
WEIGHTS[0, 2], WEIGHTS[1, 2], WEIGHTS[0, 3], WEIGHTS[1, 4] = 3, 1, 1, 2


class Linear:
    """Score = history @ WEIGHTS."""

    def score(self, queries):
        return np.asarray(queries.matrix(6) @ WEIGHTS)


class Same:
    """Later rows for everybody."""

    def score(self, queries):
        return np.tile(np.arange(6, dtype=np.float32), (len(queries), 1))


PARTS = InMemoryVersion(
    pl.DataFrame({"item_id": list("abcdef")}), {"linear": Linear(), "same": Same()}
)
ASK = Queries.of(np.asarray([[PAD, 0, 1]], np.int32))
LINEAR = {"kind": "scored", "name": "near", "config": {"model": "linear"}}
FIXED = {"kind": "fixed", "config": {"model": "same"}}
BLEND = {"kind": "blend", "config": {"models": {"linear": 1}}}


def why(*sources, k=4, **more):
    pipeline = build_pipeline({"name": "x", "sources": list(sources), **more}, PARTS)
    slate = pipeline.recommend(ASK, k)
    items = [item for item, _ in slate.lists()[0]]
    return dict(zip(items, reasons(pipeline, ASK, slate)[0], strict=True))


def test_the_history_that_speaks_for_it_is_cited():
    reason = why(LINEAR)[2]
    assert reason.primary == "history"
    assert reason.because == ((0, pytest.approx(0.75)), (1, pytest.approx(0.25)))
    assert reason.confidence == pytest.approx(1)
    assert reason.algorithms == (("near", 0),)


STRANGER = Queries.of(np.asarray([[PAD]], np.int32))


@pytest.mark.parametrize(
    ("queries", "primary"),
    [
        (STRANGER, "list"),
        (replace(STRANGER, users=np.asarray([3], np.int32)), "taste"),
        (replace(STRANGER, contexts=(Context(),)), "list"),
        (replace(STRANGER, contexts=(Context(user={"categories": ()}),)), "list"),
        (replace(STRANGER, contexts=(Context(user={"categories": ("Odd",)}),)), "taste"),
    ],
)
def test_no_taste_is_claimed_of_whom_nothing_is_known(queries, primary):
    pipeline = build_pipeline({"name": "x", "sources": [LINEAR]}, PARTS)
    found = reasons(pipeline, queries, pipeline.recommend(queries, 3))[0]
    assert [reason.primary for reason in found] == [primary] * 3
    assert found[0].algorithms == (("near", 0),)


def test_only_what_speaks_for_it_is_cited():
    assert [item for item, _ in why(LINEAR)[4].because] == [1]


def test_a_list_for_everybody_says_so():
    reason = why(FIXED)[5]
    assert (reason.primary, reason.because, reason.confidence) == ("list", (), 0)


@pytest.mark.parametrize(
    ("model", "primary"), [(Popular, "list"), (Trending, "list"), (Newest, "new")]
)
def test_no_taste_is_claimed_of_what_everybody_would_get(model, primary):
    share = np.arange(6, dtype=np.float32)
    parts = InMemoryVersion(PARTS.items, {"everybodys": model(share)})
    source = {"kind": "scored", "config": {"model": "everybodys"}}
    pipeline = build_pipeline({"name": "x", "sources": [source]}, parts)
    known = replace(ASK, users=np.asarray([3], np.int32))
    found = reasons(pipeline, known, pipeline.recommend(known, 2))[0]
    assert [(reason.primary, reason.because) for reason in found] == [(primary, ())] * 2


class Outspoken:
    """Proposes the last item, and says why."""

    name = "outspoken"

    def candidates(self, queries, k):
        items = np.full((len(queries), 1), 5, np.int32)
        return Slate(items, np.ones(items.shape, np.float32))

    def says(self, queries, b, item):
        return SourceReason("profile", (f"query {b}", f"item {item}"))


def test_a_source_that_can_tell_is_heard():
    pipeline = build_pipeline({"name": "x", "sources": [LINEAR]}, PARTS)
    pipeline = replace(pipeline, proposers=(Proposer(Outspoken()), *pipeline.proposers))
    slate = pipeline.recommend(ASK, 1)
    (reason,) = reasons(pipeline, ASK, slate)[0]
    assert (reason.primary, reason.said) == ("profile", ("query 0", "item 5"))
    assert (reason.because, reason.algorithms[0]) == ((), ("outspoken", 0))


def test_what_is_new_is_not_said_to_be_chosen_by_many():
    newest = InMemoryVersion(PARTS.items, {**PARTS.models, "newest": Same()})
    source = {"kind": "fixed", "config": {"model": "newest"}}
    pipeline = build_pipeline({"name": "x", "sources": [source]}, newest)
    (reason,) = reasons(pipeline, ASK, pipeline.recommend(ASK, 1))[0]
    assert (reason.primary, reason.said) == ("new", ())


def test_models_together_cite_nothing():
    assert why(BLEND)[2].primary == "taste"


def test_a_model_that_knows_nothing_of_it_cites_nothing():
    assert why(LINEAR)[5].primary == "taste"


def test_every_source_that_proposed_it_is_named():
    assert why(LINEAR, FIXED)[2].algorithms == (("near", 0), ("fixed", 3))


def test_what_fills_a_short_list_says_so():
    found = why({**LINEAR, "quota": 1}, k=3, fallback=FIXED)
    assert found[2].primary == "history"
    assert (found[5].primary, found[5].algorithms) == ("fill", ())


def test_confidence_falls_where_the_history_disagrees():
    WEIGHTS[1, 3] = -1
    try:
        assert why(LINEAR)[3].confidence == pytest.approx(0.5)
    finally:
        WEIGHTS[1, 3] = 0


def test_sources_are_not_asked_again_where_it_is_known_what_they_said():
    pipeline = build_pipeline({"name": "x", "sources": [LINEAR, FIXED]}, PARTS)
    found = dict(pipeline.stages(ASK, 4))
    slate = found["answer"]
    assert reasons(pipeline, ASK, slate, found=found) == reasons(pipeline, ASK, slate)
    nothing = {name: Slate(s.items[:, :0], s.scores[:, :0]) for name, s in found.items()}
    unasked = reasons(pipeline, ASK, slate, found=nothing)[0]
    assert {reason.primary for reason in unasked} == {"fill"}


class Telling(Linear):
    """It can say itself what each place of the history adds."""

    def contributions(self, queries, items):
        rows, columns = np.maximum(queries.history, 0)[:, None, :], np.maximum(items, 0)[:, :, None]
        known = (queries.history != PAD)[:, None, :] & (items != PAD)[:, :, None]
        return np.where(known, WEIGHTS[rows, columns], 0)


class Doubting:
    """A ranker that believes what the model says of item 0, and the contrary of item 1."""

    def scores(self, queries, slate):
        matrix = queries.matrix(6).toarray() * np.asarray([1, -1, 0, 0, 0, 0])
        own = np.take_along_axis(matrix @ WEIGHTS, np.maximum(slate.items, 0), axis=1)
        return np.where(slate.items == PAD, -np.inf, own)

    def rank(self, queries, slate):
        return sorted_slate(slate.items, self.scores(queries, slate).astype(np.float32))


def weighed(*before):
    """The reasons of a list that a ranker weighed, after what came before."""
    parts = InMemoryVersion(PARTS.items, {**PARTS.models, "linear": Telling()})
    made = build_pipeline({"name": "x", "sources": [LINEAR]}, parts)
    pipeline = replace(made, rankers=(*before, Doubting()))
    slate = pipeline.recommend(ASK, 4)
    items = [item for item, _ in slate.lists()[0]]
    return dict(zip(items, reasons(pipeline, ASK, slate)[0], strict=True))


@pytest.mark.parametrize("before", [(), (Cut(5),)])
def test_reasons_of_a_stack_cite_what_its_score_would_miss(before):
    found = weighed(*before)
    assert [item for item, _ in found[2].because] == [0]  # the model cites 1 too
    assert found[2].confidence == pytest.approx(3 / 4)  # 3 for it, 1 against it
    assert [item for item, _ in found[3].because] == [0]
    assert found[4].primary == "taste"  # what the model cites speaks against it
    assert found[4].because == ()


def test_it_still_says_who_proposed_it():
    assert weighed()[4].algorithms == (("near", 1),)


@pytest.mark.parametrize("rankers", [(), (Doubting(),)])
def test_each_of_a_batch_hears_what_it_would_hear_alone(rankers):
    parts = InMemoryVersion(PARTS.items, {**PARTS.models, "linear": Telling()})
    pipeline = replace(
        build_pipeline({"name": "x", "sources": [LINEAR, FIXED]}, parts), rankers=rankers
    )
    history = np.asarray([[PAD, 0, 1], [1, 0, 1], [PAD, PAD, PAD]], np.int32)
    queries = Queries.of(history)
    slate = pipeline.recommend(queries, 4)
    together = reasons(pipeline, queries, slate, cited=1)
    for b in range(3):
        one = slice(b, b + 1)
        alone = reasons(pipeline, queries[one], Slate(slate.items[one], slate.scores[one]), cited=1)
        assert together[b] == alone[0]
    assert max(len(reason.because) for each in together for reason in each) == 1


class Against:
    """What is disliked speaks for item 2: two minuses make a plus."""

    def score(self, queries):
        return np.asarray(queries.matrix(6) @ -WEIGHTS)

    def contributions(self, queries, items):
        parts = -WEIGHTS[queries.history[:, None, :], items[:, :, None]]
        return parts * queries.weights[:, None, :]


def reasons_of(model, queries):
    parts = InMemoryVersion(PARTS.items, {"linear": model})
    pipeline = build_pipeline({"name": "x", "sources": [LINEAR]}, parts)
    slate = Slate(np.asarray([[2, 3]], np.int32), np.zeros((1, 2), np.float32))
    return reasons(pipeline, queries, slate)[0]


def asked(weights, stances=None):
    return Queries.of(
        np.asarray([[1, 0, 1]], np.int32),
        weights=np.asarray([weights], np.float32),
        stances=None if stances is None else np.asarray([stances], np.int8),
    )


@pytest.mark.parametrize("model", [Linear(), Against()])
@pytest.mark.parametrize(
    ("weights", "stances", "allowed"),
    [
        ([-2, -2, -2], None, set()),
        ([1, -2, 1], None, {1}),
        ([-2, 1, 1], None, {0}),
        ([0, 0, 0], [-1, -1, -1], set()),
        ([1, 5, 1], [1, -1, 1], {1}),
        ([1, 5, 1], [-2, 1, 1], {0}),
        ([1, 5, 1], [0, 1, 1], {0, 1}),
    ],
)
def test_what_was_refused_or_taken_back_is_never_cited(model, weights, stances, allowed):
    told = reasons_of(model, asked(weights, stances))
    assert {item for reason in told for item, _ in reason.because} <= allowed
