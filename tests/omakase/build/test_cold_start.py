"""How much popularity counts, learnt in worlds where the answer is known."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omakase.artifacts.in_memory import InMemoryVersion
from omakase.build import cold_start
from omakase.build.cold_start import (
    SHARES,
    after,
    best_lead,
    curve,
    held_back,
    learn_cold_start,
    with_shares,
    worth,
)
from omakase.data.dataset import Dataset
from omakase.errors import EmptyData
from omakase.evaluate.accuracy import ndcg
from omakase.evaluate.run import right_places
from omakase.models import content, ease, item_knn, popular
from omakase.pipeline.cold_start import Offers, configurations
from omakase.pipeline.config import PipelineConfig, PlugSpec, SourceSpec
from omakase.pipeline.popularity_prior import PopularityPrior
from omakase.registry import MODELS, build_pipeline

CONFIGS = {"item_knn": item_knn.ItemKnnConfig(), "popular": popular.PopularConfig()}


def alone(model, **changed):
    return PipelineConfig(
        name=model,
        sources=(SourceSpec(kind="scored", name=model, config={"model": model}),),
        fallback=SourceSpec(kind="fixed", config={"model": "popular"}),
        **changed,
    )


def world(chances, each=8, people=300):
    """(people, N) chances of each item; everybody has `each` different ones, one a second."""
    rng = np.random.default_rng(0)
    rows = []
    for user in range(people):
        row = chances[user % len(chances)]
        for item in rng.choice(len(row), each, replace=False, p=row / row.sum()):
            rows.append((f"u{user:03}", f"i{item:02}", 1.0))
    return Dataset.from_events(rows)


@pytest.fixture(scope="module")
def alike():
    """All choose by the same chances: nothing but popularity tells what comes next."""
    return world(np.asarray([0.95 ** np.arange(60)]))


@pytest.fixture(scope="module")
def tribes():
    """Four tribes of fifteen items each: what others like is nothing to anybody."""
    return world(np.kron(np.eye(4), np.ones(15)) + 1e-9)


def test_prior_counts_much_if_popularity_alone_helps(alike):
    made = learn_cold_start(alike, alone("item_knn"), CONFIGS)
    assert made.events[0] == 1
    assert made.shares[0] == max(SHARES) == 1  # and never more than the model
    assert made.known > 5  # as far as anybody could be asked


def test_scores_of_people_of_few_events_mean_chances(alike):
    """Of other people than it was found on: what it promises is what comes, about."""
    crowd = learn_cold_start(alike, alone("item_knn"), CONFIGS)
    assert crowd.meaning.stage == "merge"
    held, rest = held_back(alike, np.random.default_rng(7))
    parts = InMemoryVersion.fitted(rest, MODELS, CONFIGS, np.random.default_rng(0))
    told = alone("item_knn", crowd=crowd)
    few = build_pipeline(configurations(told, Offers({}, newest=False))["few"], parts)
    asked = after(held, 3)
    stages = dict(few.stages(asked.queries(slice(None)), 10))
    chances = few.calibration.chances(stages)
    hits = right_places(stages["answer"].items, 10, *asked.right(slice(None)), alike.n_items)
    assert chances.mean() == pytest.approx(hits.mean(), abs=0.05)
    assert chances[:, 0].mean() > chances[:, 9].mean() > 0


def test_prior_counts_nothing_if_popularity_harms(tribes):
    assert learn_cold_start(tribes, alone("item_knn"), CONFIGS) == PopularityPrior(known=1)


def test_who_does_better_while_events_are_few_leads(tribes):
    """Two neighbours of an item know its tribe; a ridge this strong knows who is popular alone."""
    configs = {**CONFIGS, "ease": ease.EaseConfig(l2=1e9), "random": MODELS["random"].config_type()}
    made = learn_cold_start(tribes, alone("ease"), configs, leads=("random", "item_knn"))
    assert made.lead == "item_knn"
    assert made.known > 1
    assert (
        learn_cold_start(tribes, alone("item_knn"), configs, leads=("random", "ease")).lead is None
    )


def test_a_lead_must_be_worth_a_hundredth_more():
    worth = {None: table(2, 2), "near": 1.009 * table(2, 2), "far": 0.5 * table(2, 2)}
    assert best_lead(cold_start.EVENTS, worth).lead is None
    better = best_lead(cold_start.EVENTS, {**worth, "near": 1.02 * table(3, 0)})
    assert better == PopularityPrior(events=(1,), shares=(0.5,), known=2, lead="near")


def test_the_same_seed_learns_the_same(alike):
    first, again = (learn_cold_start(alike, alone("item_knn"), CONFIGS, seed=3) for _ in range(2))
    assert first == again


def test_nothing_is_learnt_where_nothing_is_asked(alike, tribes):
    ranked = alone("item_knn", rankers=(PlugSpec(kind="cut", config={"k": 5}),))
    assert learn_cold_start(alike, ranked, CONFIGS) is None
    assert learn_cold_start(alike, alone("popular"), CONFIGS) is None
    few = tribes.with_events(tribes.events.chosen(np.flatnonzero(tribes.events.users < 100)))
    assert learn_cold_start(few, alone("item_knn"), CONFIGS) is None  # twenty are too few to tell


def test_nobody_who_chooses_anything_further_tells_nothing(alike):
    once = alike.with_events(alike.events.chosen(alike.timeline.order[alike.timeline.starts[:-1]]))
    assert learn_cold_start(once, alone("item_knn"), CONFIGS) is None


def test_others_who_leave_nothing_to_learn_tell_nothing(alike, monkeypatch):
    def empty(*_, **__):
        raise EmptyData("nothing")

    monkeypatch.setattr(cold_start, "fit_model", empty)
    assert learn_cold_start(alike, alone("item_knn"), CONFIGS) is None


def test_one_item_tells_nothing():
    data = Dataset.from_events([(f"u{n % 200}", "i", 1.0) for n in range(400)])
    assert learn_cold_start(data, alone("item_knn"), CONFIGS) is None


def test_content_counts_where_there_is_one(alike):
    """A model of content is asked beside the other, as serving does it."""
    heard = []

    def hears(few, queries):
        heard.append([each.source.name for each in few.proposers])
        return with_shares(few, queries)

    configs = {**CONFIGS, "content": content.ContentConfig()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cold_start, "with_shares", hears)
        learn_cold_start(alike, alone("item_knn"), configs)
    assert heard[0] == ["item_knn", "near", "crowd"]


def test_who_is_held_back_is_not_learnt_from(alike):
    held, rest = held_back(alike, np.random.default_rng(0))
    people = set(held.events.users.tolist())
    assert len(people) == 60
    assert not people & set(rest.events.users.tolist())
    assert (len(held.events), len(rest.events)) == (8 * 60, len(alike.events) - 8 * 60)
    assert held.n_users == rest.n_users == alike.n_users


def test_who_has_one_event_is_not_asked():
    data = Dataset.from_events([(f"u{n % 99}", f"i{n}", 1.0) for n in range(150)])
    held, _ = held_back(data, np.random.default_rng(0))
    assert np.bincount(held.events.users).max() == 2
    assert len(held.events) == 2 * int(0.2 * 51)


def test_huge_catalogs_are_asked_about_fewer_people(alike, monkeypatch):
    monkeypatch.setattr(cold_start, "MOST_SCORES", alike.n_items * 7)
    held, _ = held_back(alike, np.random.default_rng(0))
    assert len(set(held.events.users.tolist())) == 7


def test_the_first_events_are_told_and_the_later_ones_are_right(alike):
    asked = after(alike, 3)
    queries, (rows, items) = asked.queries(slice(None)), asked.right(slice(None))
    line = alike.timeline
    assert len(asked) == alike.n_users
    for row in range(40):
        own = alike.events.items[line.order[line.starts[row] : line.starts[row + 1]]].tolist()
        assert queries.history[row].tolist() == own[:3]
        assert set(items[rows == row].tolist()) == set(own[3:])
    assert after(alike, 8) is None  # nobody has more
    few = alike.with_events(alike.events.chosen(alike.events.users < 29))
    assert after(few, 3) is None


def test_what_was_had_before_is_not_right_later():
    pairs = [(f"u{u}", item, 1.0) for u in range(40) for item in ("a", "b", "a", "c")]
    asked = after(Dataset.from_events(pairs), 2)
    assert asked.relevant.tolist() == [1] * 40


def test_worth_is_that_of_the_pipelines_themselves(alike):
    """Shares are tried without asking the sources again; the lists must be the same."""

    held, rest = held_back(alike, np.random.default_rng(0))
    parts = InMemoryVersion.fitted(rest, MODELS, CONFIGS, np.random.default_rng(0))
    asked, known = after(held, 2), alone("item_knn")

    def few(share):
        config = configurations(known, Offers({}, crowd=share, newest=False))["few"]
        return build_pipeline(config, parts)

    alone_answers = build_pipeline(known, parts)
    own = worth(asked, lambda queries: [alone_answers.recommend(queries, 10)])
    got = [*own, *worth(asked, lambda queries: with_shares(few(1.0), queries))]
    every = (alone_answers, *(few(max(share, 1e-6)) for share in SHARES))
    for place, pipeline in enumerate(every):
        shown = pipeline.recommend(asked.queries(slice(None)), 10).items
        hits = right_places(shown, 10, *asked.right(slice(None)), alike.n_items)
        assert got[place] == pytest.approx(ndcg(hits, asked.relevant).sum())


def table(*columns):
    """Best in these columns."""
    worth = np.zeros((len(columns), 1 + len(SHARES)))
    worth[np.arange(len(columns)), columns] = 1.0
    return worth


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ([4, 3, 0], PopularityPrior(events=(1, 2), shares=(1.0, 0.5), known=3)),
        ([4, 4, 2], PopularityPrior(events=(1, 3), shares=(1.0, 0.25), known=5)),
        ([1, 1, 0, 0], PopularityPrior(events=(1,), shares=(0.0,), known=3)),
        ([0, 0], PopularityPrior(known=1)),
        ([3, 3, 3, 3, 3, 3, 3], PopularityPrior(events=(1,), shares=(0.5,), known=51)),
    ],
)
def test_a_curve_by_hand(columns, expected):
    assert curve(cold_start.EVENTS, table(*columns)) == expected


def test_a_hundredth_more_is_not_worth_it():
    worth = np.zeros((1, 1 + len(SHARES)))
    worth[0, 0], worth[0, 4] = 1.0, 1.009
    assert curve((1,), worth) == PopularityPrior(known=1)
    worth[0, 4] = 1.011
    assert curve((1,), worth) == PopularityPrior(events=(1,), shares=(1.0,), known=5)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(st.integers(0, 4), min_size=1 + len(SHARES), max_size=1 + len(SHARES)),
        min_size=1,
        max_size=4,
    )
)
def test_curve_of_any_figures_is_worth_as_much_as_the_best_that_never_rises(rows):
    figures = np.asarray(rows, dtype=np.float64)
    found = curve(cold_start.EVENTS, figures)
    weighed = figures * np.asarray([cold_start.WORTH, *[1.0] * len(SHARES)])
    falling = [
        columns
        for columns in product(range(1 + len(SHARES)), repeat=len(rows))
        if list(columns) == sorted(columns, reverse=True)
    ]
    best = max(sum(row[c] for row, c in zip(weighed, way, strict=True)) for way in falling)
    columns = []
    for n, events in enumerate(cold_start.EVENTS[: len(rows)]):
        told = [share for at, share in zip(found.events, found.shares, strict=True) if at <= events]
        alone = events >= found.known or not told
        columns.append(0 if alone else 1 + SHARES.index(told[-1]))
        assert n == 0 or columns[n] <= columns[n - 1]
    total = sum(row[c] for row, c in zip(weighed, columns, strict=True))
    assert total == pytest.approx(best)
