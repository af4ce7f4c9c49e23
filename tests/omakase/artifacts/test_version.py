"""A version that is open."""

import shutil

import numpy as np
import pytest
from tests.omakase.artifacts.written import DATA, exact, made, parts

from omakase.artifacts.version import ITEMS
from omakase.conformance.toy_data import everyone
from omakase.data.dataset import Dataset
from omakase.errors import ArtifactError, UnknownName


def test_models_and_indexes_answer_as_before(store):
    version = made(store)
    queries = everyone(DATA)
    expected = parts()["ease"].plug.score(queries)
    np.testing.assert_array_equal(version.model("ease").score(queries), expected)
    probe = np.eye(3, dtype=np.float32)
    found = version.index("near").search(probe, 4)
    assert found.items.tolist() == exact().plug.search(probe, 4).items.tolist()


def test_a_part_is_read_once(store):
    version = made(store)
    assert version.model("ease") is version.model("ease")


def test_a_part_tells_its_figures_unread(store):
    manifest = made(store).part_manifest("models", "popular")
    assert manifest.metrics == {"ndcg@10": 7}
    assert manifest.name == "popular"


def test_cards_are_what_was_known_of_the_items(store):
    card = made(store).card(3)
    assert card == {"item_id": DATA.ids.items.ids[3], "title": "A film"}


def test_an_unknown_model_is_refused_by_name(store):
    with pytest.raises(UnknownName, match="did you mean 'popular'"):
        made(store).model("populer")


def test_a_model_of_another_id_map_is_refused(store):
    """Every part shares the version's map, whoever put it there."""
    version = made(store, name="ours")
    other = Dataset.from_events([("x", f"i{n:02}", 1.0) for n in range(12)])
    made(store, name="theirs", ids=other.ids, items=other.items)
    shutil.rmtree(version.folder / "models" / "ease")
    shutil.copytree(store.folder / "theirs" / "models" / "ease", version.folder / "models" / "ease")
    with pytest.raises(ArtifactError, match="another id map"):
        version.model("ease")
    with pytest.raises(ArtifactError, match="damaged"):
        store.open("ours")


def test_an_id_map_of_another_version_is_refused(store):
    version = made(store, name="ours")
    other = Dataset.from_events([("x", f"i{n:02}", 1.0) for n in range(12)])
    made(store, name="theirs", ids=other.ids, items=other.items)
    shutil.rmtree(version.folder / "ids")
    shutil.copytree(store.folder / "theirs" / "ids", version.folder / "ids")
    with pytest.raises(ArtifactError, match="not the id map of this version"):
        assert version.ids


def test_a_snapshot_that_does_not_open_is_an_artifact_error(store):
    version = made(store)
    (version.folder / ITEMS).write_bytes(b"not parquet")
    with pytest.raises(ArtifactError, match=r"items\.parquet"):
        assert version.items


def test_a_damaged_model_is_refused_when_asked_for(store):
    version = made(store)
    path = version.folder / "models" / "ease" / "weights.npy"
    path.write_bytes(path.read_bytes()[:-4])
    with pytest.raises(ArtifactError, match="damaged"):
        version.model("ease")


def test_an_open_version_survives_its_deletion(store):
    version = made(store)
    model = version.model("ease")
    before = model.score(everyone(DATA))
    store.prune(0)
    np.testing.assert_array_equal(model.score(everyone(DATA)), before)
