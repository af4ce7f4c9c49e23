"""A hybrid from data to a version that answers."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from omakase.artifacts.in_memory import InMemoryVersion
from omakase.artifacts.version import VersionPart
from omakase.build.hybrid import (
    CROWD_SHARE,
    HYBRIDS,
    STACK,
    Hybrid,
    cold_starts,
    hybrid,
    strategies_over,
    train,
)
from omakase.data.dataset import Dataset
from omakase.data.splits import leave_one_out
from omakase.errors import UnknownName
from omakase.models import item_knn, popular, transitions
from omakase.pipeline.config import PipelineConfig, SourceSpec
from omakase.pipeline.logged_examples import FEWEST, NEGATIVES, ShownList
from omakase.pipeline.popularity_prior import PopularityPrior
from omakase.pipeline.strategies import MERGES
from omakase.registry import MODELS, build_pipeline, version_store
from omakase.stacking.stack import Component, Stack, StackConfig, head_of
from omakase.types import PAD, Queries

SMALL = Hybrid(
    {
        "popular": popular.PopularConfig(),
        "item_knn": item_knn.ItemKnnConfig(),
        "transitions": transitions.TransitionsConfig(),
    },
    StackConfig(
        components=(
            Component(model="item_knn"),
            Component(model="transitions"),
            Component(model="item_knn", fade=0.5),
        ),
        head="logistic",
        folds=2,
    ),
    pool=12,
)


ALONE = PipelineConfig(
    name="item_knn",
    sources=(SourceSpec(kind="scored", name="item_knn", config={"model": "item_knn"}),),
    fallback=SourceSpec(kind="fixed", config={"model": "popular"}),
)


@pytest.fixture(scope="module")
def data() -> Dataset:
    """People walk a ring of thirty items, each from a place of their own."""
    rng = np.random.default_rng(0)
    starts = rng.integers(0, 30, 50)
    walks = [(u, (s + step) % 30) for u, s in enumerate(starts) for step in range(7)]
    return Dataset.from_events([(f"u{u:02}", f"i{i:02}", 1.0) for u, i in walks])


@pytest.fixture(scope="module")
def trained(data):
    return train(SMALL, data, cut=leave_one_out)


def test_a_version_of_it_shows_what_comes_next(data, trained, tmp_path):
    store = version_store(tmp_path)
    version = store.create(
        ids=data.ids,
        items=data.items,
        created=datetime(2026, 1, 1, tzinfo=UTC),
        models={n: VersionPart(m, n, SMALL.models[n]) for n, m in trained.models.items()},
        stacks={STACK: VersionPart(trained.stacks[STACK], "stack", trained.stacks[STACK].config)},
        pipelines={"hybrid": trained.pipeline},
    )
    pipeline = build_pipeline(version.pipelines["hybrid"], version)
    queries = data.queries(np.arange(50, dtype=np.int32))
    shown = pipeline.recommend(queries, 3).items
    names = np.asarray([int(key[1:]) for key in data.ids.items.ids])
    wanted = [(names[last] + 1) % 30 for last in queries.history[:, -1]]
    hit = [w in names[row[row != PAD]].tolist() for w, row in zip(wanted, shown, strict=True)]
    assert np.mean(hit) > 0.9


def test_the_models_have_learnt_of_everything_and_the_stack_knows_todays_items(data, trained):
    again = MODELS["transitions"].fit(
        data, SMALL.models["transitions"], rng=np.random.default_rng(0)
    )
    queries = data.queries(np.arange(5, dtype=np.int32))
    np.testing.assert_array_equal(
        trained.models["transitions"].score(queries), again.score(queries)
    )
    np.testing.assert_array_equal(
        trained.stacks[STACK].table, trained.stacks[STACK].as_of(data).table
    )


def test_the_stack_has_learnt_from_what_its_models_had_not_seen(data, trained):
    """A model that has seen the answers would make the stack believe in it alone."""
    split = leave_one_out(data)
    assert len(split.before("test").events) == len(data.events) - 50
    assert 0 < trained.stacks[STACK].figure[0] <= 1


def test_a_stack_that_does_not_help_is_left_out(data, monkeypatch):
    monkeypatch.setattr(Stack, "helps", False)
    made = train(SMALL, data, cut=leave_one_out)
    assert not made.stacks
    assert made.pipeline == SMALL.proposing
    parts = InMemoryVersion(data.items, made.models)
    shown = build_pipeline(made.pipeline, parts).recommend(data.queries(np.arange(9)), 3)
    assert (shown.items != PAD).all()


def test_same_seed_same_hybrid(data, trained):
    again = train(SMALL, data, cut=leave_one_out)
    for name, array in trained.stacks[STACK].arrays().items():
        np.testing.assert_array_equal(again.stacks[STACK].arrays()[name], array)


def test_training_tells_how_far_it_is(data):
    heard = []
    train(
        SMALL,
        data,
        cut=leave_one_out,
        progress=lambda done, total, **_: heard.append((done, total)),
    )
    assert heard == [(n, 7) for n in range(1, 8)]


@pytest.mark.parametrize("name", sorted(HYBRIDS))
def test_a_preset_is_of_models_and_a_head_that_there_are(name):
    chosen = hybrid(name)
    assert set(chosen.models) <= set(MODELS)
    for model, config in chosen.models.items():
        assert isinstance(config, MODELS[model].config_type)
    if chosen.stack is None:
        assert 0 < sum(chosen.weights.values()) == pytest.approx(1)
        assert set(chosen.weights) <= set(chosen.models)
    else:
        assert {c.model for c in chosen.stack.components} <= set(chosen.models)
        assert head_of(chosen.stack)
        assert not chosen.weights
    assert chosen.about
    assert "popular" in chosen.models  # fills short lists


def test_a_plain_sum_learns_its_models_once_and_adds_their_scores_up(data):
    plain = Hybrid(SMALL.models, None, {"item_knn": 0.7, "transitions": 0.3}, pool=12)
    heard = []
    made = train(
        plain,
        data,
        cut=leave_one_out,
        progress=lambda done, total, **_: heard.append((done, total)),
    )
    assert heard == [(1, 3), (2, 3), (3, 3)]
    assert made.stacks == {}
    parts = InMemoryVersion(data.items, made.models)
    queries = data.queries(np.arange(9, dtype=np.int32))
    stages = dict(build_pipeline(made.pipeline, parts).stages(queries, 3))
    pool, ranked = stages["merge"], stages["ranker Weighted"]
    wanted = np.zeros(pool.scores.shape)
    for name, weight in plain.weights.items():
        raw = np.take_along_axis(
            made.models[name].score(queries), np.maximum(pool.items, 0), axis=1
        )
        known = np.where(pool.items == PAD, np.nan, raw)
        mean, spread = np.nanmean(known, 1, keepdims=True), np.nanstd(known, 1, keepdims=True)
        wanted += weight * (known - mean) / np.where(spread > 0, spread, 1)
    first = [row[int(np.nanargmax(sums))] for row, sums in zip(pool.items, wanted, strict=True)]
    best = np.nanmax(wanted, axis=1)
    np.testing.assert_allclose(ranked.scores[:, 0], best, rtol=1e-4)
    assert np.mean(ranked.items[:, 0] == first) > 0.8  # ties may fall either way


def test_a_shop_shows_what_was_bought_again():
    assert hybrid("shop").pipeline.gate.seen == "show"
    assert hybrid("films").pipeline.gate.seen == "hide"


def test_the_first_stage_is_the_pipeline_without_its_ranker():
    first, both = SMALL.proposing, SMALL.pipeline
    assert first.rankers == ()
    assert [r.kind for r in both.rankers] == ["stacked"]
    assert first.model_copy(update={"rankers": both.rankers}) == both


def test_an_unknown_hybrid_gets_the_nearest():
    with pytest.raises(UnknownName, match="did you mean 'films'"):
        hybrid("film")


def test_other_sizes_of_pool_may_be_asked_for():
    assert replace(SMALL, pool=5).pipeline.pool == 5


def test_attention_is_over_what_people_did_what_items_are_and_the_moment():
    asked = hybrid("films-attention")
    heard = {component.model for component in asked.stack.components}
    assert {"ease", "ials", "item_knn"} <= heard
    assert "content" in heard
    assert asked.stack.moment, "features of item, person and circumstances are told too"
    kind, knobs = head_of(asked.stack)
    assert (kind.__name__, knobs.heads) == ("AttentionStack", 4)


@pytest.fixture
def version(data, trained, tmp_path):
    """With one model judged twice as good as the others."""
    figures = {"item_knn": 0.4, "transitions": 0.2, "popular": 0.2}
    models = {
        name: VersionPart(model, name, SMALL.models[name], {"ndcg@10": figures[name]})
        for name, model in trained.models.items()
    }
    return version_store(tmp_path).create(
        ids=data.ids,
        items=data.items,
        created=datetime(2026, 1, 1, tzinfo=UTC),
        models=models,
        stacks={STACK: VersionPart(trained.stacks[STACK], "stack", trained.stacks[STACK].config)},
        pipelines={"item_knn": ALONE, STACK: trained.pipeline},
    )


def test_cold_starts_are_over_what_a_version_holds(version, data):
    available = np.arange(30) < 20
    made = cold_starts(version, "item_knn", exploration=0.2, available=available)
    assert set(made) == {"stranger", "profile", "session", "few"}
    few = {each.source.name: each.share for each in made["few"].proposers}
    chosen = np.bincount(data.events.items, minlength=30)
    steep = 1 - chosen.min() / chosen.max()
    assert few == {"item_knn": 1.0, "crowd": pytest.approx(steep * CROWD_SHARE / 4, rel=1e-3)}
    for pipeline in made.values():
        shown = pipeline.recommend(data.queries(np.arange(9, dtype=np.int32)), 3)
        assert available[shown.items[shown.items != PAD]].all()
    names = [each.source.name for each in made["profile"].proposers]
    assert names == ["here", "crowd"]  # nobody can name a category, and nothing tells what is new


def test_cold_starts_are_as_the_version_has_learnt(trained, data, tmp_path):
    crowd = PopularityPrior(events=(1, 2), shares=(1e6, 0.0), known=4)
    version = version_store(tmp_path).create(
        ids=data.ids,
        items=data.items,
        created=datetime(2026, 1, 1, tzinfo=UTC),
        models={n: VersionPart(m, n, SMALL.models[n]) for n, m in trained.models.items()},
        pipelines={"item_knn": ALONE.model_copy(update={"crowd": crowd})},
    )
    few = cold_starts(version, "item_knn", exploration=0.0)["few"]
    popular = build_pipeline({**ALONE.model_dump(), "sources": [ALONE.fallback]}, version)
    one = Queries.of(np.asarray([[3]], np.int32))
    two = Queries.of(np.asarray([[3, 4]], np.int32))
    assert few.recommend(one, 2).items.tolist() == popular.recommend(one, 2).items.tolist()
    alone = build_pipeline(ALONE, version).recommend(two, 4)
    assert few.recommend(two, 4).items.tolist() == alone.items.tolist()


def test_cold_starts_share_what_is_alike(version):
    made = {}
    paths = cold_starts(version, "item_knn", exploration=0.1, made=made)
    sources = [each.source for path in paths.values() for each in path.proposers]
    assert (len(sources), len({id(source) for source in sources})) == (8, 3)
    assert len({id(path.fallback) for path in paths.values()}) == 1
    again = cold_starts(version, "item_knn", exploration=0.3, made=made)
    assert again["few"].proposers[0].source is paths["few"].proposers[0].source


def test_a_stack_decides_itself_how_much_the_crowd_counts(version):
    few = cold_starts(version, STACK, exploration=0.1)["few"]
    assert [each.source.name for each in few.proposers] == ["popular", "item_knn", "transitions"]
    assert len(few.rankers) == 1


def test_every_strategy_is_over_a_versions_models_and_stacks(version, data):
    fallback = SourceSpec(kind="fixed", config={"model": "popular"})
    available = np.arange(30) < 20
    made = strategies_over(
        version, ["item_knn", "transitions"], fallback=fallback, available=available
    )
    assert set(made.pipelines) == {*MERGES, "stacking"}
    weighted = made.pipelines["weighted"]
    assert [each.source.name for each in weighted.proposers] == ["item_knn", "transitions"]
    assert weighted.proposers[0].share == pytest.approx(4 * weighted.proposers[1].share, rel=1e-3)
    for strategy in made.pipelines:
        shown = made.recommend(data.queries(np.arange(9, dtype=np.int32)), 3, strategy=strategy)
        assert available[shown.items[shown.items != PAD]].all()


def shown_lists(data: Dataset, count: int) -> list[ShownList]:
    """Lists of what comes next on the ring, which is clicked, among what does not."""
    rng = np.random.default_rng(1)
    users = rng.integers(0, data.n_users, count)
    found = []
    for user in users:
        mine = data.events.items[data.events.users == user]
        following = int(data.ids.items.ids[mine[-1]][1:]) + 1
        items = [f"i{(following + n) % 30:02}" for n in rng.permutation([0, 9, 14])]
        clicked = [item == f"i{following % 30:02}" for item in items]
        found.append(ShownList(data.ids.users.ids[user], 2**40, items, clicked))
    return found


def test_ranker_learns_from_lists_that_were_shown_where_there_are_enough(data):
    made = train(SMALL, data, cut=leave_one_out, logged=shown_lists(data, FEWEST))
    assert made.stacks[STACK].config.negatives == NEGATIVES
    assert made.stacks[STACK].helps


def test_ranker_learns_from_lists_as_they_would_have_been_where_few_were_shown(data, trained):
    few = train(SMALL, data, cut=leave_one_out, logged=shown_lists(data, FEWEST - 1))
    old = train(
        SMALL,
        data,
        cut=leave_one_out,
        logged=[replace(each, time=-1) for each in shown_lists(data, FEWEST)],
    )
    for made in (few, old):
        assert made.stacks[STACK].config == trained.stacks[STACK].config
        assert np.array_equal(made.stacks[STACK].figure, trained.stacks[STACK].figure)
