"""Draws within a pipeline: the probability of each item is true whatever else the pipeline does."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from omakase.artifacts.in_memory import InMemoryVersion
from omakase.bandits.feedback import Feedback
from omakase.conformance.toy_data import two_tribes
from omakase.errors import ConfigError
from omakase.pipeline.drawn import carried, scattered, without
from omakase.pipeline.rules import CompiledRules, RulesConfig
from omakase.registry import MODELS, build_pipeline
from omakase.types import PAD, Queries, Slate

DATA = two_tribes()
CONFIGS = {"ease": MODELS["ease"].config_type(l2=1), "popular": MODELS["popular"].config_type()}
MADE = InMemoryVersion.fitted(DATA, MODELS, CONFIGS, np.random.default_rng(0))
PARTS = InMemoryVersion(
    DATA.items.with_columns(
        kind=pl.Series(["a", "b", "c"] * 4), weight=pl.Series([1.0, 2.0, 0.5] * 4)
    ),
    MADE.models,
)
SOURCES = [{"kind": "scored", "name": name, "config": {"model": name}} for name in CONFIGS]
MANY = 1500
SOFT = [{"kind": "softmax", "config": {"temperature": 0.5}}]
DRAWN_MERGE = {"kind": "exploring", "config": {"share": 0.3, "draws": True}}


def built(**more):
    return build_pipeline({"name": "drawn", "sources": SOURCES, **more}, PARTS)


def asked(size=MANY):
    """The same person again and again, with a seed of its own each time."""
    one = DATA.queries(np.zeros(size, np.int32))
    return replace(one, exclude=one.exclude[:, :2], seeds=np.arange(size, dtype=np.uint64))


def frequencies_are_the_logged(slate):
    for position in range(slate.items.shape[1]):
        for item in np.unique(slate.items[:, position]):
            at = slate.items[:, position] == item
            logged = slate.probabilities[at, position]
            assert logged == pytest.approx(logged[0])
            assert at.mean() == pytest.approx(logged[0], abs=0.05)


@pytest.mark.parametrize(
    "parts", [{"rankers": SOFT}, {"merge": DRAWN_MERGE}], ids=["ranker", "merge"]
)
def test_answer_is_drawn_as_often_as_its_probabilities_say(parts):
    slate = built(gate={"seen": "show"}, **parts).recommend(asked(), 4)
    assert slate.probabilities.shape == slate.items.shape
    assert len({tuple(row) for row in slate.items.tolist()}) > 1
    frequencies_are_the_logged(slate)


@pytest.mark.parametrize(
    "parts", [{"rankers": SOFT}, {"merge": DRAWN_MERGE}], ids=["ranker", "merge"]
)
def test_answer_with_rules_is_drawn_as_often_as_its_probabilities_say(parts):
    ids = PARTS.items.get_column("item_id").to_list()
    config = RulesConfig(
        filters=('item.kind != "a"',), boosts=("item.weight",), pins={2: ids[5], 9: ids[8]}
    )
    rules = CompiledRules.of(config, PARTS.items)
    slate = built(gate={"seen": "show"}, **parts).recommend(asked(), 4, rules=rules)
    assert (slate.items[:, 1] == 5).all()
    assert (slate.probabilities[:, 1] == 1).all()
    assert not np.isin(slate.items % 3, 0).any()
    assert (slate.items == 8).any()
    frequencies_are_the_logged(slate)


def test_answer_that_is_filled_has_certain_fills():
    fallback = {"kind": "fixed", "config": {"model": "popular"}}
    sources = [{**SOURCES[0], "quota": 3}]
    slate = built(
        sources=sources, rankers=SOFT, fallback=fallback, gate={"seen": "show"}
    ).recommend(asked(50), 5)
    assert (slate.items != PAD).all()
    assert (slate.probabilities[:, 3:] == 1).all()
    assert (slate.probabilities[:, :3] < 1).all()


def test_answer_without_a_draw_has_no_probabilities():
    assert built().recommend(asked(3), 4).probabilities is None


def test_ranker_that_draws_comes_last_wherever_it_stands():
    cut = {"kind": "cut", "config": {}}
    names = [n for n, _ in built(rankers=[*SOFT, cut]).stages(asked(2), 3)]
    assert names.index("ranker Softmax") > names.index("gate") > names.index("ranker Cut")


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"rankers": [*SOFT, {"kind": "epsilon_greedy"}]}, "softmax and epsilon_greedy both draw"),
        ({"merge": DRAWN_MERGE, "rankers": SOFT}, "exploring draws, so no ranker may follow"),
    ],
)
def test_pipeline_that_draws_twice_is_refused(parts, words):
    with pytest.raises(ConfigError, match=words):
        built(**parts)


def test_pipeline_with_feedback_renews_who_learns_of_it():
    pipeline = built(rankers=[{"kind": "thompson"}], gate={"seen": "show"})
    feedback = Feedback(np.full(12, 500.0), np.where(np.arange(12) == 7, 400.0, 5.0))
    slate = pipeline.with_feedback(feedback).recommend(asked(20), 1)
    assert (slate.items == 7).all()
    assert built(rankers=[{"kind": "cut"}]).with_feedback(feedback).rankers


SLATE = Slate(
    np.array([[4, 2, 9]], np.int32),
    np.array([[3.0, 2, 1]], np.float32),
    np.array([[0.5, 0.4, 0.3]]),
)


def test_carried_follows_items_to_where_they_were_moved():
    answer = Slate(np.array([[4, 7, 2, PAD]], np.int32), np.zeros((1, 4), np.float32))
    assert carried(answer, SLATE).probabilities.tolist() == [[0.5, 1.0, 0.4, 1.0]]
    assert carried(answer, answer) is answer


def test_without_leaves_out_the_pins_of_this_answer():
    pins = Slate(np.array([[2, 9]], np.int32), np.ones((1, 2), np.float32))
    places = ((0, 2), (7, 9))
    assert [i for i, _ in without(SLATE, pins, places, 3).lists()[0]] == [4, 9]
    assert [i for i, _ in without(SLATE, pins, places, 8).lists()[0]] == [4]
    assert without(SLATE, None, (), 3) is SLATE


def test_scattered_writes_chances_beside_certainty():
    answer = Slate(np.full((2, 3), PAD, np.int32), np.full((2, 3), -np.inf, np.float32))
    part = scattered(np.array([1]), SLATE, answer)
    assert part.items[1].tolist() == [4, 2, 9]
    assert part.probabilities.tolist() == [[1, 1, 1], [0.5, 0.4, 0.3]]


def test_queries_keep_their_seeds_when_some_are_taken():
    assert asked(5)[np.array([3, 1], np.int32)].seeds.tolist() == [3, 1]
    assert Queries.of(np.zeros((2, 1), np.int32))[:1].seeds is None


def test_pipeline_knows_whether_it_draws():
    assert built(rankers=SOFT).draws and built(merge=DRAWN_MERGE).draws
    assert not built().draws
    assert not built(merge=DRAWN_MERGE, sources=SOURCES[:1]).draws


def test_merge_that_draws_leaves_nothing_to_chance_before_another_ranker():
    """As a request for diversity puts one there."""
    cut = built(rankers=[{"kind": "cut", "config": {}}]).rankers
    spread = replace(built(merge=DRAWN_MERGE), rankers=cut)
    assert not spread.draws
    assert spread.recommend(asked(3), 4).probabilities is None
