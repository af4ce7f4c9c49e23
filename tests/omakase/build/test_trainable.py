"""Models by their names, and several put together as one."""

import numpy as np
import pytest

from omakase.build.trainable import (
    HYBRID,
    SMALL,
    TRAINABLE,
    HybridConfig,
    HybridModel,
    chosen,
    contender,
    contenders,
    fit_hybrid,
    shared_out,
)
from omakase.data.dataset import Dataset
from omakase.data.splits import leave_one_out
from omakase.errors import ConfigError, EmptyData, UnknownName
from omakase.evaluate.compare import Candidate, compare
from omakase.models import ease
from omakase.registry import MODELS

FEW = HybridConfig(models=("item_knn", "transitions"), pool=12)


@pytest.fixture(scope="module")
def ring() -> Dataset:
    """People walk a ring of thirty items, each from a place of their own."""
    starts = np.random.default_rng(0).integers(0, 30, 50)
    walks = [(u, (s + step) % 30) for u, s in enumerate(starts) for step in range(7)]
    return Dataset.from_events([(f"u{u:02}", f"i{i:02}", 1.0) for u, i in walks])


@pytest.fixture(scope="module")
def together(ring) -> HybridModel:
    return HybridModel.fit(ring, FEW, rng=np.random.default_rng(0))


def test_every_model_has_a_name_and_so_have_several_together():
    assert set(TRAINABLE) == {*MODELS, HYBRID}
    assert contender("ease", {"l2": 250}) == Candidate(MODELS["ease"], ease.EaseConfig(l2=250))
    assert contender(HYBRID, {}).cls is HybridModel


def test_a_hybrid_and_the_models_beside_it_share_their_knobs():
    found = contenders(
        {"ease": {"l2": 250}, HYBRID: {"knobs": {"ials": {"factors": 3}}}, "ials": {}}
    )
    assert list(found) == ["ease", HYBRID, "ials"]
    models = chosen(found[HYBRID].config, 10).models
    assert models["ease"] == found["ease"].config == ease.EaseConfig(l2=250)
    assert models["ials"] == found["ials"].config
    assert models["ials"].factors == 3


def test_ease_is_in_it_while_the_catalog_is_small():
    assert "ease" in chosen(HybridConfig(), SMALL).models
    assert "ease" not in chosen(HybridConfig(), SMALL + 1).models
    assert chosen(HybridConfig(), SMALL).stack.head == "logistic"
    assert chosen(HybridConfig(preset="shop"), 5).again


def test_the_models_may_be_named():
    made = chosen(FEW, 30)
    assert set(made.models) == {"popular", "item_knn", "transitions"}
    assert {each.model for each in made.stack.components} == set(made.models)
    assert made.pool == 12


@pytest.mark.parametrize(
    ("name", "knobs", "error", "said"),
    [
        ("eese", {}, UnknownName, "did you mean 'ease'"),
        ("hybrit", {}, UnknownName, "did you mean 'hybrid'"),
        ("ease", {"l3": 1}, ConfigError, r"ease\.l3"),
        (HYBRID, {"pool": 1}, ConfigError, r"hybrid\.pool"),
        (HYBRID, {"preset": "film"}, UnknownName, "did you mean 'films'"),
        (HYBRID, {"models": ["eese"]}, UnknownName, "did you mean 'ease'"),
        (HYBRID, {"knobs": {"ease": {"l2": -1}}}, ConfigError, r"ease\.l2"),
    ],
)
def test_what_is_wrong_is_named(name, knobs, error, said):
    with pytest.raises(error, match=said):
        contenders({name: knobs})


def test_together_they_find_what_comes_next(ring, together):
    queries = ring.queries(np.arange(50, dtype=np.int32))
    scores = together.score(queries)
    assert scores.shape == (50, 30)
    assert np.isfinite(scores).all()
    numbers = np.asarray([int(key[1:]) for key in ring.ids.items.ids])
    wanted = (numbers[queries.history[:, -1]] + 1) % 30
    assert np.mean(numbers[scores.argmax(axis=1)] == wanted) > 0.9


def test_what_a_person_has_seen_is_not_in_the_pool(ring, together):
    queries = ring.queries(np.arange(50, dtype=np.int32))
    seen = np.take_along_axis(together.score(queries), queries.history, axis=1)
    assert not seen.any()


def test_it_can_be_compared_like_a_model(ring):
    field = contenders({HYBRID: dict(FEW.model_dump(exclude_unset=True)), "item_knn": {}})
    table = compare(field, leave_one_out(ring), k=3)
    assert {line.model for line in table.lines} == {"popular", "item_knn", HYBRID}
    assert table.winner.model == HYBRID
    assert table.winner.config["models"] == ["item_knn", "transitions"]


def test_without_times_the_last_event_of_each_person_teaches(ring):
    made = fit_hybrid(FEW, ring, seed=0)
    assert 0 < made.stacks[HYBRID].figure[0] <= 1
    assert set(made.models) == {"popular", "item_knn", "transitions"}


def test_hybrid_refuses_few_events():
    data = Dataset.from_events([("a", "x", 1.0), ("b", "x", 1.0)])
    with pytest.raises(EmptyData, match="too few events"):
        fit_hybrid(FEW, data, seed=0)


def test_shared_out_tells_nets_alone_how_many_processes_train_them():
    assert shared_out("sasrec", {}, 2) == {"plan": {"processes": 2}}
    assert shared_out("sasrec", {"plan": {"processes": 1}}, 2) == {"plan": {"processes": 1}}
    assert shared_out("sasrec", {}, 1) == {}
    assert shared_out("ease", {"l2": 2}, 2) == {"l2": 2}
    assert shared_out(HYBRID, {}, 2) == {}
    assert contender("sasrec", shared_out("sasrec", {}, 2)).config.plan.processes == 2
