import numpy as np
import pytest

from omakase.deep.train.checkpoint import (
    NAME,
    load_checkpoint,
    remove_checkpoint,
    save_checkpoint,
)
from omakase.errors import ArtifactError


def test_comes_back_as_it_went(tmp_path):
    state = {"net.a": np.arange(6.0).reshape(2, 3), "counters": np.asarray([3.0, -np.inf])}
    save_checkpoint(state, tmp_path / "new" / "folder")
    again = load_checkpoint(tmp_path / "new" / "folder")
    assert set(again) == set(state)
    for name, array in state.items():
        np.testing.assert_array_equal(again[name], array)


def test_a_later_one_replaces_the_earlier_and_leaves_no_crumbs(tmp_path):
    for step in (1, 2):
        save_checkpoint({"step": np.asarray(step)}, tmp_path)
    assert load_checkpoint(tmp_path)["step"] == 2
    assert [p.name for p in tmp_path.iterdir()] == [NAME]


def test_nothing_there_is_a_fresh_start(tmp_path):
    assert load_checkpoint(tmp_path) is None
    remove_checkpoint(tmp_path)
    save_checkpoint({"step": np.asarray(1)}, tmp_path)
    remove_checkpoint(tmp_path)
    assert load_checkpoint(tmp_path) is None


def test_a_broken_file_is_an_error_not_a_fresh_start(tmp_path):
    (tmp_path / NAME).write_bytes(b"PK half a file")
    with pytest.raises(ArtifactError, match="delete it to start anew"):
        load_checkpoint(tmp_path)
