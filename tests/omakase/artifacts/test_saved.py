"""One model, index or id map on disk."""

import json
from datetime import UTC, datetime

import numpy as np
import pytest

from omakase.artifacts.folder import file_entries
from omakase.artifacts.manifest import FILE, Note, read_manifest
from omakase.artifacts.saved import (
    load_index,
    load_model,
    load_stack,
    read_ids,
    save_index,
    save_model,
    write_ids,
    write_plug,
)
from omakase.artifacts.version import STACKS
from omakase.conformance.stacks import small_stack
from omakase.conformance.toy_data import everyone, two_tribes
from omakase.errors import ArtifactError
from omakase.registry import INDEXES, MODELS

NOTE = Note(created=datetime(2026, 1, 2, tzinfo=UTC), ids="abc", metrics={"ndcg@10": 0.5})


@pytest.fixture
def ease(rng):
    cls = MODELS["ease"]
    return cls.fit(two_tribes(), cls.config_type(l2=3), rng=rng)


@pytest.fixture
def folder(tmp_path, ease):
    save_model(tmp_path / "ease", ease, "ease", MODELS["ease"].config_type(l2=3), NOTE)
    return tmp_path / "ease"


def edited(folder, **changes):
    fields = json.loads((folder / FILE).read_text()) | changes
    (folder / FILE).write_text(json.dumps(fields))


def test_a_model_answers_as_before(folder, ease):
    queries = everyone(two_tribes())
    again = load_model(folder, MODELS)
    np.testing.assert_array_equal(again.score(queries), ease.score(queries))


def test_the_manifest_tells_all_without_the_model(folder):
    manifest = read_manifest(folder, "model")
    assert manifest.config["l2"] == 3.0
    assert manifest.metrics == {"ndcg@10": 0.5}
    assert manifest.arrays["weights"].shape == (12, 12)
    assert manifest.files["weights.npy"].size > 12 * 12 * 4


def test_an_index_finds_as_before(tmp_path, rng):
    vectors = rng.standard_normal((9, 4)).astype(np.float32)
    cls = INDEXES["exact"]
    index = cls.build(vectors, cls.config_type(), rng=rng)
    save_index(tmp_path / "i", index, "exact", cls.config_type(), NOTE)
    again = load_index(tmp_path / "i", INDEXES)
    assert again.search(vectors, 3).items.tolist() == index.search(vectors, 3).items.tolist()


def test_an_unknown_model_is_refused_with_a_suggestion(folder):
    edited(folder, name="eas")
    with pytest.raises(ArtifactError, match="did you mean 'ease'"):
        load_model(folder, MODELS)


def test_rows_of_another_id_map_are_refused(folder):
    with pytest.raises(ArtifactError, match="another id map"):
        load_model(folder, MODELS, ids="def")


def test_rows_of_the_same_id_map_are_taken(folder):
    assert load_model(folder, MODELS, ids="abc").arrays()["weights"].shape == (12, 12)


def test_an_unknown_knob_is_refused(folder):
    edited(folder, config={"l3": 1})
    with pytest.raises(ArtifactError, match="l3"):
        load_model(folder, MODELS)


def test_a_missing_array_is_refused(folder):
    for file in folder.glob("*.npy"):
        file.unlink()
    edited(folder, arrays={}, files={})
    with pytest.raises(ArtifactError, match=r"cannot be made of it \(KeyError"):
        load_model(folder, MODELS)


def test_a_damaged_array_is_refused(folder):
    raw = bytearray((folder / "weights.npy").read_bytes())
    raw[200] ^= 4
    (folder / "weights.npy").write_bytes(raw)
    with pytest.raises(ArtifactError, match="SHA-256"):
        load_model(folder, MODELS)


def test_load_model_from_a_folder_with_a_file_that_was_not_saved_is_refused(folder):
    (folder / "more.npy").write_bytes(b"")
    with pytest.raises(ArtifactError, match=r"more\.npy: not part of what was saved"):
        load_model(folder, MODELS)


def test_a_stack_answers_as_before(tmp_path, ease, rng):
    stack = small_stack(two_tribes(), {"ease": ease}, rng)
    (tmp_path / "stack").mkdir()
    write_plug(tmp_path / "stack", "stack", stack.arrays(), "stack", stack.config, NOTE)
    again = load_stack(tmp_path / "stack", STACKS, ids="abc")
    assert again.config == stack.config
    for name, array in stack.arrays().items():
        np.testing.assert_array_equal(again.arrays()[name], array)
    with pytest.raises(ArtifactError, match="another id map"):
        load_stack(tmp_path / "stack", STACKS, ids="def")


def test_a_model_is_not_an_index(folder):
    with pytest.raises(ArtifactError, match="holds a model"):
        load_index(folder, INDEXES)


def test_ids_come_back(tmp_path):
    ids = two_tribes().ids
    write_ids(tmp_path, ids, NOTE.created)
    assert read_ids(tmp_path) == ids


def test_ids_that_are_not_those_written_are_refused(tmp_path):
    """Hashes can be made to agree by whoever edits both; the digest is over the ids themselves."""
    write_ids(tmp_path, two_tribes().ids, NOTE.created)
    raw = bytearray((tmp_path / "users.utf8.npy").read_bytes())
    raw[-1] = ord("9")
    (tmp_path / "users.utf8.npy").write_bytes(raw)
    files = {n: e.model_dump() for n, e in file_entries(tmp_path, tmp_path.glob("*.npy")).items()}
    edited(tmp_path, files=files)
    with pytest.raises(ArtifactError, match="another id map"):
        read_ids(tmp_path)


def test_ids_without_their_arrays_are_refused(tmp_path):
    write_ids(tmp_path, two_tribes().ids, NOTE.created)
    for path in tmp_path.glob("*.npy"):
        path.unlink()
    edited(tmp_path, files={}, arrays={})
    with pytest.raises(ArtifactError, match="ids of users cannot be read"):
        read_ids(tmp_path)
