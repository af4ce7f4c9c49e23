"""A new item is scored as the known ones that it is like."""

import numpy as np
import polars as pl

from omakase.features.likeness import SHARPNESS, ContentSpace
from omakase.pipeline.placed import PlacedItems, most_new
from omakase.types import Queries

KNOWN = pl.DataFrame(
    {"item_id": ["a", "b", "c"], "title": ["one", "two", "three"], "category": ["X", "X", "Y"]}
)


class Fixed:
    """Scores that are known."""

    def score(self, queries):
        return np.tile(np.asarray([[3.0, 1.0, -2.0]], np.float32), (len(queries), 1))


class WithVectors(Fixed):
    """Vectors that are known: a and b point apart, c the other way."""

    def item_vectors(self):
        return np.asarray([[2.0, 0.0], [0.0, 2.0], [-1.0, 0.0]], np.float32)

    def query_vectors(self, queries):
        return np.tile(np.asarray([[1.0, 0.5]], np.float32), (len(queries), 1))


def placed(events=None, **rows):
    space = PlacedItems(ContentSpace.of(KNOWN), events)
    return space.renewed({key: item(*said) for key, said in rows.items()}, [])


def item(title: str, category: str) -> dict[str, str]:
    return {"title": title, "category": category}


def scores(items: PlacedItems, *ids: str) -> dict[str, float]:
    return items.scores(Fixed(), Queries.of(np.asarray([[0]], np.int32)), ids)


def test_twin_of_a_known_item_scores_nearly_as_it():
    found = scores(placed(new=("one", "X")), "new")["new"]
    near = np.asarray([1.0, 0.5]) ** SHARPNESS
    assert np.isclose(found, (near * [3, 1]).sum() / near.sum(), atol=1e-3)


def test_item_that_is_like_nothing_has_no_score():
    assert scores(placed(new=("zzz", "Z")), "new", "unknown") == {}


def test_vector_of_a_new_item_is_as_long_as_those_of_its_neighbors():
    made = placed(new=("one", "X")).vectors_by(WithVectors())[0]
    near = np.asarray([1.0, 0.5]) ** SHARPNESS
    assert np.isclose(np.linalg.norm(made), 2, atol=1e-3)
    assert np.isclose(made[1] / made[0], near[1] / near[0], atol=1e-3)


def test_neighbor_that_nobody_took_says_little_of_a_new_item():
    same = KNOWN.with_columns(title=pl.lit("one"))
    space = PlacedItems(ContentSpace.of(same), np.asarray([0.0, 990.0, 0.0], np.float32))
    made = space.renewed({"new": item("one", "X")}, []).vectors_by(WithVectors())[0]
    # likeness of a and b is the same; a counts 1 / 10, b 991 / 1000
    assert np.isclose(made[0] / made[1], 0.1 / 0.991, atol=1e-3)


def test_model_with_vectors_finds_new_items_by_the_product_of_theirs():
    items = placed(new=("one", "X"), far=("three", "Y"), odd=("zzz", "Z"))
    found = items.scores(WithVectors(), Queries.of(np.asarray([[0]], np.int32)), ["new", "far"])
    wanted = items.vectors_by(WithVectors()) @ [1.0, 0.5]
    assert found == {"new": np.float32(wanted[0]), "far": np.float32(wanted[1])}


def test_item_that_is_like_nothing_is_found_by_no_vector():
    items = placed(new=("one", "X"), odd=("zzz", "Z"))
    found = items.scores(WithVectors(), Queries.of(np.asarray([[0]], np.int32)), ["odd"])
    assert found == {} and not items.vectors_by(WithVectors())[1].any()


def test_only_what_has_changed_is_placed_anew():
    before = placed(new=("one", "X"), other=("three", "Y"))
    rows = {"new": item("three", "Y"), "other": item("three", "Y")}
    after = before.renewed(rows, ["new"])
    assert np.isclose(scores(after, "new")["new"], -2) and before.renewed(rows, []) is before
    gone = after.renewed({"other": rows["other"]}, [])
    assert gone.ids == ("other",) and np.isclose(scores(gone, "other")["other"], -2)


def test_likeness_to_one_item_leaves_out_what_shares_nothing():
    items = placed(new=("one", "X"), other=("three", "Y"))
    found = items.likeness(items.space.vector_of(0), ["new", "other"])
    assert np.isclose(found["new"], 1) and "other" not in found


def test_new_items_have_at_least_one_place_and_at_most_a_fifth():
    assert [most_new(n) for n in (1, 5, 10, 20)] == [1, 1, 2, 4]
