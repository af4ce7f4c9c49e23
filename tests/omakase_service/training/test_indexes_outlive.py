"""The live version's vector indexes are made anew over the next one's models."""

from pathlib import Path

import numpy as np
import pytest

from omakase.build.index import IndexPlan, built, through
from omakase.protocols import StoresElsewhere
from omakase.registry import version_store
from omakase_service.training import selectors, services
from omakase_service.training.versions import add_version, versions_folder

pytestmark = pytest.mark.django_db
IALS = {"ials": {"factors": 4, "iterations": 2}}
NO_PEOPLE: list[np.ndarray] = []


def give_index(model: str = "ials", kind: str = "faiss_flat", **knobs) -> str:
    """The live version with an index, live too; as `omakase index build` does it."""
    live = selectors.live_version()
    version = version_store(versions_folder()).open(live)
    plan = IndexPlan(model=model, kind=kind, knobs=knobs, k=3)
    part, _ = built(version, plan, NO_PEOPLE, rng=np.random.default_rng(0))

    def make(folder) -> str:
        pipelines, created = through(version, model), version.manifest.created
        store = version_store(folder)
        return store.with_index(version, model, part, pipelines=pipelines, created=created).name

    made = add_version(like=live, make=make).name
    if isinstance(part.plug, StoresElsewhere):
        part.plug.close()
    return made


def opened(name: str):
    return version_store(versions_folder()).open(name)


def test_next_version_has_an_index_of_its_own_and_asks_it(tribes):
    services.train(models=IALS, evaluate=False)
    before = give_index()
    card = services.train(models=IALS, evaluate=False)
    version = opened(card.name)
    assert card.name == selectors.live_version() != before
    assert version.indexes == ("ials",)
    assert version.pipelines["ials"]["sources"][0]["kind"] == "indexed"
    assert version.index("ials").count() == 12


def test_index_keeps_its_kind_knobs_and_the_recall_that_was_asked_for(tribes):
    services.train(models=IALS, evaluate=False)
    give_index(kind="faiss_hnsw", links=8)
    card = services.train(models=IALS, evaluate=False)
    manifest = opened(card.name).part_manifest("indexes", "ials")
    assert (manifest.name, manifest.config["links"]) == ("faiss_hnsw", 8)
    assert manifest.metrics["least_recall"] == 0.95


def test_verdict_says_which_index_is_lost_and_why(tribes):
    services.train(models={"ials": IALS["ials"], "ease": {"l2": 1.0}}, evaluate=False)
    give_index()
    card = services.train(models={"ease": {"l2": 1.0}}, evaluate=False)
    assert list(card.verdict["lost_indexes"]) == ["ials"]
    assert "vector index ials could not be made anew" in " ".join(card.verdict["words"]["en"])
    assert "벡터 인덱스 ials" in " ".join(card.verdict["words"]["ko"])
    assert opened(card.name).indexes == ()


def test_vectors_in_a_store_get_a_place_of_their_own(tribes, tmp_path):
    services.train(models=IALS, evaluate=False)
    before = give_index(kind="qdrant", path=str(tmp_path / "films"))
    card = services.train(models=IALS, evaluate=False)
    places = [place_of(name) for name in (before, card.name)]
    assert places[0].name == "films" and places[1].name.startswith("films-v")
    assert opened(card.name).index("ials").count() == 12 and places[0].is_dir()


def test_place_goes_with_the_last_version_that_uses_it(tribes, settings_with, tmp_path):
    services.train(models=IALS, evaluate=False)
    give_index(kind="qdrant", path=str(tmp_path / "films"))
    settings_with(training={"keep_versions": 1}, serving={"refresh_seconds": 0})
    card = services.train(models=IALS, evaluate=False)
    assert list(tmp_path.glob("films*")) == [place_of(card.name)]


def place_of(name: str) -> Path:
    """Where the vectors of a version lie."""
    return Path(opened(name).part_manifest("indexes", "ials").config["path"])
