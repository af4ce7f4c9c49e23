"""Sentence vectors by a model on this machine."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest

from omakase.errors import CapabilityError
from omakase.text.sentences import sentence_vectors


class Encoder:
    """Stands for a sentence model: a text's vector is its number of letters."""

    def __init__(self, path, **options):
        assert options["local_files_only"]

    def encode(self, texts, **options):
        return np.asarray([[len(text), 1.0] for text in texts])


def test_a_folder_is_read_without_the_net(tmp_path, monkeypatch):
    library = SimpleNamespace(SentenceTransformer=Encoder)
    monkeypatch.setitem(sys.modules, "sentence_transformers", library)
    found = sentence_vectors(["ab", "abc"], tmp_path)
    assert found.dtype == np.float32
    assert found.tolist() == [[2, 1], [3, 1]]


def test_no_folder_is_an_error(tmp_path):
    with pytest.raises(CapabilityError, match="no sentence model"):
        sentence_vectors(["a"], tmp_path / "absent")


def test_no_library_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(CapabilityError, match="pip install"):
        sentence_vectors(["a"], tmp_path)
