"""A stack: features in one code, chances that are not flattered, saved and read again."""

from dataclasses import replace

import numpy as np
import pytest

from omakase.conformance.toy_data import everyone, two_tribes
from omakase.errors import ConfigError, UnknownName
from omakase.features.moment import Moment
from omakase.registry import MODELS
from omakase.stacking.examples import StackExamples
from omakase.stacking.stack import Component, Stack, StackConfig, features, gains, head_of, ndcg
from omakase.types import PAD, Queries

DATA = two_tribes()
TABLE = np.zeros((12, 0), dtype=np.float32)
TWO = (Component(model="ease"), Component(model="ease", fade=0.5))


def config(**rest) -> StackConfig:
    return StackConfig(components=TWO, head="logistic", folds=3, **rest)


@pytest.fixture(scope="module")
def ease():
    return MODELS["ease"].fit(DATA, MODELS["ease"].config_type(l2=1), rng=np.random.default_rng(0))


@pytest.fixture(scope="module")
def stack(told):
    return Stack.fit(told, config(moment=False), TABLE, rng=np.random.default_rng(0))


def test_each_component_has_its_own_name():
    assert [c.called for c in TWO] == ["ease", "ease~0.5"]


def test_features_are_those_of_the_components_and_the_moment(ease):
    queries, items = everyone(DATA), np.tile(np.asarray([3, 0, PAD], np.int32), (12, 1))
    names, values = features(config(), [ease, ease], Moment.of(DATA), queries, items)
    assert values.shape == (12, 3, len(names))
    assert {"ease.score", "ease~0.5.place", "all.best", "item.0", "user.events"} <= set(names)
    assert not values[:, 2].any()
    assert np.isfinite(values).all()
    bare, _ = features(config(moment=False), [ease, ease], None, queries, items)
    assert set(bare) == {n for n in names if n.startswith(("ease", "all"))}


def test_a_faded_component_hears_the_last_event_loudest(ease):
    queries = Queries.of(np.asarray([[0, 2, 4, 1]], np.int32))  # three even ones, then an odd one
    items = np.asarray([[6, 3]], np.int32)
    two = StackConfig(components=(Component(model="ease"), Component(model="ease", fade=0.1)))
    names, values = features(two, [ease, ease], None, queries, items)
    plain, faded = names.index("ease.place"), names.index("ease~0.1.place")
    assert values[0, :, plain].tolist() == [1, 0.5]
    assert values[0, :, faded].tolist() == [0.5, 1]


def test_chances_are_those_of_queries_the_head_has_not_seen(told, stack):
    chance = stack.calibration.chance(stack.head.score(told.features))[told.known]
    assert 0 < chance.min() < chance.max() < 1
    assert chance.mean() == pytest.approx(told.right[told.known].mean(), abs=0.05)


def test_chances_count_the_lists_too_that_nothing_right_was_proposed_for(told):
    """Three times as many lists, none of the others with a hit: a third of the chance."""
    missed = StackExamples(told.names, told.features, np.zeros_like(told.right), told.known)
    every = StackExamples.joined([told, missed, missed])
    stack = Stack.fit(every, config(moment=False), TABLE, rng=np.random.default_rng(0))
    chance = stack.calibration.chance(stack.head.score(every.features))[every.known]
    assert chance.mean() == pytest.approx(every.right[every.known].mean(), abs=0.02)
    alone = Stack.fit(told, config(moment=False), TABLE, rng=np.random.default_rng(0))
    assert stack.head.weights.tolist() == alone.head.weights.tolist()  # they teach no order


@pytest.mark.parametrize("best_first", [True, False])
def test_a_stack_helps_where_it_ranks_better_than_was_proposed(told, best_first):
    """Proposed in the right order already, nothing is left to be learnt."""
    scores = np.where(told.known, told.features[:, :, 0], -np.inf)
    order = np.argsort(-scores if best_first else scores, axis=1, kind="stable")
    sorted_told = StackExamples(
        told.names,
        np.take_along_axis(told.features, order[:, :, None], axis=1),
        np.take_along_axis(told.right, order, axis=1),
        np.take_along_axis(told.known, order, axis=1),
    )
    stack = Stack.fit(sorted_told, config(moment=False), TABLE, rng=np.random.default_rng(0))
    assert stack.helps is not best_first
    assert bool(stack.figure[1] == 1) is best_first


def test_a_little_better_is_not_surely_better(stack):
    """The plainer order is kept where the difference is within its standard error."""
    surely, hardly = (replace(stack, figure=np.asarray([0.5, 0.48, e])) for e in (0.01, 0.03))
    assert surely.helps and not hardly.helps


def test_the_error_is_that_of_the_difference_by_list(told, stack):
    own = gains(stack.head.score(told.features), told)
    assert own.shape == (len(told),)
    assert own.mean() == pytest.approx(ndcg(stack.head.score(told.features), told))
    assert 0 < stack.figure[2] < 0.5 / np.sqrt(len(told.telling()))


def test_a_stack_that_was_saved_without_the_proposed_order_helps(stack):
    older = stack.arrays() | {"figure": stack.figure[:1]}
    assert Stack.from_arrays(older, stack.config).helps


def test_a_single_query_is_enough(told):
    one = told.telling().chosen(np.asarray([0]))
    assert Stack.fit(one, config(), TABLE, rng=np.random.default_rng(0)).head.weights.shape == (4,)


@pytest.mark.parametrize("head", ["logistic", "trees"])
def test_arrays_round_trip(told, head):
    asked = StackConfig(components=TWO, head=head, moment=False)
    stack = Stack.fit(told, asked, TABLE, rng=np.random.default_rng(0))
    again = Stack.from_arrays(stack.arrays(), asked)
    np.testing.assert_array_equal(again.head.score(told.features), stack.head.score(told.features))
    scores = stack.head.score(told.features)
    np.testing.assert_array_equal(
        again.calibration.chance(scores), stack.calibration.chance(scores)
    )


def test_learning_tells_how_far_it_is(told):
    heard = []
    Stack.fit(
        told,
        config(),
        TABLE,
        rng=np.random.default_rng(0),
        progress=lambda done, total, **_: heard.append((done, total)),
    )
    assert heard == [(1, 4), (2, 4), (3, 4)]


def test_the_figure_is_that_of_lists_not_seen(told, stack):
    assert 0.9 < stack.figure[0] <= 1
    noise = np.random.default_rng(5).standard_normal(told.features.shape).astype(np.float32)
    blind = StackExamples(told.names, noise, told.right, told.known)
    found = Stack.fit(blind, config(moment=False), TABLE, rng=np.random.default_rng(0))
    assert found.figure[0] < 0.75


def test_ndcg_of_a_table_sized_for_the_eye():
    right = np.asarray([[True, False, True], [False, True, False]])
    told = StackExamples(("a.b",), np.zeros((2, 3, 1), np.float32), right, np.ones((2, 3), bool))
    scores = np.asarray([[1, 3, 2], [5, 9, 1]], np.float32)  # places 2 and 3; place 1
    two = (1 / np.log2(3) + 1 / np.log2(4)) / (1 + 1 / np.log2(3))
    assert ndcg(scores, told) == pytest.approx((two + 1) / 2)
    assert ndcg(scores, told, k=1) == pytest.approx((0 + 1) / 2)


def test_a_stack_goes_on_with_newer_features_of_items(told, stack):
    full = Stack.fit(told, config(), TABLE, rng=np.random.default_rng(0))
    newer = full.as_of(DATA)
    np.testing.assert_array_equal(newer.table, Moment.of(DATA).table)
    assert newer.head is full.head
    assert stack.as_of(DATA) is stack  # it does without


def test_an_unknown_head_gets_the_nearest():
    with pytest.raises(UnknownName, match="did you mean 'trees'"):
        head_of(StackConfig(components=TWO, head="tres"))


def test_a_wrong_knob_is_named():
    with pytest.raises(ConfigError, match=r"stack: trees\.leaves"):
        head_of(StackConfig(components=TWO, head="trees", knobs={"leaves": 1}))
