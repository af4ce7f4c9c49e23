"""An index over a model of a version, from the vectors to a further version that asks it."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from omakase.artifacts.version import VersionPart
from omakase.build.index import IndexPlan, built, check_index, histories, made_up, through
from omakase.conformance.toy_data import two_tribes
from omakase.data.dataset import Dataset
from omakase.errors import CapabilityError, ConfigError, StoreError, UnknownName
from omakase.index.exact import ExactIndex
from omakase.pipeline.config import PipelineConfig, SourceSpec
from omakase.registry import INDEXES, MODELS, build_pipeline, version_store
from omakase.types import Queries

NOW = datetime(2026, 3, 4, tzinfo=UTC)
DATA = two_tribes(20)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    made = version_store(tmp_path_factory.mktemp("versions"))
    parts = {}
    for name, knobs in {"ials": {"factors": 4}, "popular": {}}.items():
        config = MODELS[name].config_type(**knobs)
        model = MODELS[name].fit(DATA, config, rng=np.random.default_rng(0))
        parts[name] = VersionPart(model, name, config)
    source = SourceSpec(kind="scored", name="ials", config={"model": "ials"})
    pipelines = {"ials": PipelineConfig(name="ials", sources=(source,))}
    made.create(ids=DATA.ids, items=DATA.items, created=NOW, models=parts, pipelines=pipelines)
    return made


@pytest.fixture
def version(store):
    return store.open(store.names()[0])


def people():
    return histories(DATA, DATA.ids, 12, np.random.default_rng(0))


def build(version, **plan):
    chosen = IndexPlan(**{"model": "ials", "kind": "faiss_flat", "k": 5, **plan})
    return built(version, chosen, people(), rng=np.random.default_rng(0))


@pytest.mark.parametrize("kind", [name for name in INDEXES if name not in ("qdrant", "pgvector")])
def test_every_index_of_this_process_is_built_counted_and_measured(version, kind):
    part, found = build(version, kind=kind)
    assert part.name == kind and found.complete and found.held == 20
    assert found.quality.recall >= (0.4 if kind == "faiss_pq" else 0.95)
    assert found.quality.questions == 6, "the others told how far to look"
    assert part.metrics["recall"] == found.quality.recall and part.metrics["vectors"] == 20


def test_a_store_is_filled_and_measured_too(version, tmp_path):
    heard = []
    plan = IndexPlan(model="ials", kind="qdrant", knobs={"path": str(tmp_path)}, k=5)
    part, found = built(
        version,
        plan,
        people(),
        rng=np.random.default_rng(0),
        progress=lambda done, total, **_: heard.append((done, total)),
    )
    part.plug.client.close()
    assert found.complete and found.quality.recall == 1 and heard[-1] == (20, 20)


def test_a_further_version_asks_the_index_and_answers_the_same(store, version):
    part, _ = build(version, kind="faiss_flat")
    later = NOW.replace(day=5)
    pipelines = through(version, "ials")
    further = store.with_index(version, "ials", part, pipelines=pipelines, created=later)
    assert further.pipelines["ials"]["sources"][0]["kind"] == "indexed"
    queries = Queries.of(np.asarray([each[-3:] for each in people()], np.int32))
    before, after = (
        build_pipeline(each.pipelines["ials"], each).recommend(queries, 5)
        for each in (version, further)
    )
    np.testing.assert_array_equal(after.items, before.items)
    checked = check_index(further, "ials", people(), k=5)
    assert checked.complete and checked.quality.recall == 1 and checked.seconds == 0


def test_what_is_missing_is_told(store, version):
    part, _ = build(version, kind="exact")
    part.plug.delete(np.asarray([3], np.int32))
    later = NOW.replace(day=6)
    further = store.with_index(version, "ials", part, pipelines={}, created=later)
    checked = check_index(further, "ials", people(), k=5)
    assert not checked.complete and checked.held == 19
    assert checked.quality.recall < 1


@pytest.mark.parametrize(
    ("plan", "error", "message"),
    [
        ({"model": "ails"}, UnknownName, "ials"),
        ({"model": "popular"}, CapabilityError, "'popular' has no vectors"),
        ({"kind": "faiss_hsnw"}, UnknownName, "faiss_hnsw"),
        ({"knobs": {"lists": 3}}, ConfigError, "faiss_flat.lists"),
        ({"kind": "faiss_ivf", "knobs": {"probes": 0}}, ConfigError, "faiss_ivf.probes"),
    ],
)
def test_what_cannot_be_built_is_told_plainly(version, plan, error, message):
    with pytest.raises(error, match=message):
        build(version, **plan)


def test_an_index_that_lost_some_is_not_put_into_a_version(version, monkeypatch):
    monkeypatch.setattr(ExactIndex, "count", lambda index: 19)
    with pytest.raises(StoreError, match="holds 19 of 20"):
        build(version, kind="exact")


def test_histories_are_in_the_rows_of_the_version():
    items = [("ann", "b", 1.0), ("ann", "a", 1.0), ("bob", "new", 1.0), ("bob", "a", 1.0)]
    data = Dataset.from_events(items)
    older = Dataset.from_events([("x", "z", 1.0), ("x", "a", 1.0), ("x", "b", 1.0)])
    found = histories(data, older.ids, 9, np.random.default_rng(0))
    rows = {key: int(older.ids.items.row(key)) for key in "ab"}
    assert sorted(each.tolist() for each in found) == sorted([[rows["b"], rows["a"]], [rows["a"]]])
    assert len(histories(data, older.ids, 1, np.random.default_rng(0))) == 1


def test_people_made_up_have_items_that_exist():
    found = made_up(7, 30, np.random.default_rng(0))
    assert len(found) == 30 and all(1 <= len(each) <= 10 for each in found)
    assert np.concatenate(found).max() < 7
    assert made_up(0, 30, np.random.default_rng(0)) == []


def test_without_people_nothing_is_measured_and_the_index_still_built(version):
    _, found = built(
        version, IndexPlan(model="ials", kind="exact"), [], rng=np.random.default_rng(0)
    )
    assert found.complete and found.quality.questions == 0
    assert replace(found, held=3).complete is False
