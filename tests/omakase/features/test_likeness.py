"""New items among the known ones, by what is known of both."""

import numpy as np
import polars as pl

from omakase.features.likeness import FEWEST, SHARPNESS, ContentNeighbors, ContentSpace

KNOWN = pl.DataFrame(
    {
        "item_id": ["a", "b", "c"],
        "title": ["The blue river", "The red mountain", "Harbour songs"],
        "category": ["Drama", "Drama", "Music"],
        "tags": [["calm"], [], ["calm", "live"]],
    }
)


def test_item_that_says_the_same_is_alike_in_full():
    space = ContentSpace.of(KNOWN)
    found = space.neighbors(space.vectors(KNOWN), 3)
    assert found.rows[:, 0].tolist() == [0, 1, 2]
    assert np.allclose(found.likeness[:, 0], 1, atol=1e-6)


def test_likeness_is_half_by_text_and_half_by_labels():
    space = ContentSpace.of(KNOWN)
    new = pl.DataFrame(
        {"title": ["Something quite other"], "category": ["Music"], "tags": [["live"]]}
    )
    found = space.neighbors(space.vectors(new), 3)
    assert found.rows[0, 0] == 2
    assert 0.25 < found.likeness[0, 0] < 0.5
    assert np.isclose(space.likeness(space.vectors(new), np.asarray([2]))[0], found.likeness[0, 0])


def test_item_that_is_like_nothing_has_no_neighbors():
    space = ContentSpace.of(KNOWN)
    new = pl.DataFrame({"title": ["Zzz"], "category": ["Zzz"]})
    found = space.neighbors(space.vectors(new), 2)
    assert found.rows.tolist() == [[-1, -1]] and found.weights.tolist() == [[0, 0]]


def test_table_that_says_nothing_at_all_makes_an_empty_space():
    space = ContentSpace.of(pl.DataFrame({"item_id": ["a", "b"]}))
    found = space.neighbors(space.vectors(KNOWN), 2)
    assert (found.rows == -1).all()


def test_weights_add_up_to_one_and_favour_what_is_nearly_the_same():
    likeness = np.asarray([[1.0, 0.5, 0.0], [0.0, 0.0, 0.0]], dtype=np.float32)
    near = ContentNeighbors(np.asarray([[0, 1, -1], [-1, -1, -1]], dtype=np.int32), likeness)
    powers = np.asarray([1.0, 0.5, 0.0]) ** SHARPNESS
    assert np.allclose(near.weights[0], powers / powers.sum())
    assert near.weights[1].sum() == 0
    assert FEWEST < 0.5
