"""Two sides are asked the same; what was learnt from later events is judged by later ones alone."""

import numpy as np
import pytest

from omakase.build.judgement import VersionScorer, judge_recipes, judge_versions
from omakase.build.version import BuildPlan, build_version
from omakase.conformance.toy_data import two_tribes
from omakase.data.dataset import Dataset
from omakase.data.splits import by_moment, leave_one_out
from omakase.errors import EmptyData
from omakase.evaluate.compare import Candidate
from omakase.models.bpr import Bpr, BprConfig
from omakase.models.ease import Ease, EaseConfig
from omakase.models.popular import Popular, PopularConfig

GOOD, PLAIN = Candidate(Ease, EaseConfig(l2=1.0)), Candidate(Popular, PopularConfig())


def clubs() -> Dataset:
    """Two tribes of sixteen, whose events come in an order of chance."""
    data, chance = two_tribes(16), np.random.default_rng(0)
    order = chance.permutation(len(data.events))
    names = data.ids
    return Dataset.from_events(
        (names.users.ids[data.events.users[n]], names.items.ids[data.events.items[n]], 1.0)
        for n in order
    )


def test_judge_recipes_same_people_in_the_same_order():
    live, new = judge_recipes(leave_one_out(clubs()), PLAIN, GOOD, k=3)
    assert live.per_query("ndcg@3").shape == new.per_query("ndcg@3").shape
    assert new.per_query("ndcg@3").mean() > live.per_query("ndcg@3").mean()
    assert {"coverage@3", "new_items@3", "answer_milliseconds"} <= set(new.figures)


def test_judge_recipes_with_chance_are_fitted_several_times_and_exact_ones_not():
    chance = Candidate(Bpr, BprConfig(factors=4, epochs=2))
    live, new = judge_recipes(leave_one_out(clubs()), GOOD, chance, k=3, fits=3)
    assert (len(live.reports), len(new.reports)) == (2, 3)


def test_judge_versions_by_events_that_came_after_both(tmp_path):
    data = two_tribes(16)
    cut = len(data.events) - 16
    earlier = data.with_events(data.events.chosen(np.arange(cut)))
    good, plain = (
        build_version(earlier, BuildPlan({name: knobs}, evaluate=False), tmp_path)
        for name, knobs in (("ease", {"l2": 1.0}), ("popular", {}))
    )
    split = by_moment(data, int(earlier.events.times[-1]))
    live, new = judge_versions(split, (plain.version, "popular"), (good.version, "ease"), k=3)
    assert len(split.test.events) == 16
    assert new.per_query("ndcg@3").mean() >= live.per_query("ndcg@3").mean()


def test_split_by_moment_refuses_an_empty_side():
    data = two_tribes()
    with pytest.raises(EmptyData, match="one side"):
        by_moment(data, int(data.events.times[-1]))


def test_version_scorer_unknown_items_come_last_and_unknown_histories_are_left_out(tmp_path):
    data = two_tribes(12)
    built = build_version(data, BuildPlan({"ease": {"l2": 1.0}}, evaluate=False), tmp_path)
    wider = Dataset.from_events([("x", "new", 1.0), ("u00", "i00", 1.0), ("u00", "i02", 1.0)])
    scorer = VersionScorer.of(built.version, "ease", wider.ids)
    queries = wider.queries(wider.ids.users.rows(["x", "u00"]))
    scores = scorer.score(queries)
    new = wider.ids.items.row("new")
    assert (scores[:, new] < np.delete(scores, new, axis=1).min(axis=1)).all()
