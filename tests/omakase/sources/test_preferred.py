"""What people say they like is what they get."""

import numpy as np
import polars as pl
import pytest

from omakase.conformance.parts import MadeParts
from omakase.errors import ConfigError
from omakase.sources.preferred import Config, PreferredSource
from omakase.types import PAD, Context, Queries


class Known:
    """The lower the row, the better known."""

    def score(self, queries):
        return np.tile(np.arange(6, 0, -1, dtype=np.float32), (len(queries), 1))


ITEMS = pl.DataFrame(
    {
        "item_id": list("abcdef"),
        "category": [["film", "war"], ["song"], ["film"], ["war"], ["film", "love"], None],
    }
)
PARTS = MadeParts(ITEMS, {"popular": Known()})


def source(**knobs) -> PreferredSource:
    return PreferredSource.of("said", Config(**knobs), PARTS)


def asked(*people, exclude=None) -> Queries:
    history = np.full((len(people), 1), PAD, np.int32)
    contexts = tuple(Context(user=person) for person in people)
    return Queries.of(history, contexts=contexts, exclude=exclude)


def shown(query, k=6, **knobs):
    return [[i for i, _ in row] for row in source(**knobs).candidates(query, k).lists()]


def test_more_shared_values_come_first_then_the_better_known():
    assert shown(asked({"categories": ("film", "war")})) == [[0, 2, 3, 4]]


def test_each_has_their_own_words_and_a_single_word_will_do():
    assert shown(asked({"categories": ("song",)}, {"categories": "love"}, {})) == [[1], [4], []]


def test_what_is_avoided_never_comes():
    person = {"categories": ("film",), "excluded_categories": ("love", "war")}
    assert shown(asked(person)) == [[2]]


def test_a_word_twice_counts_once_and_unknown_words_do_no_harm():
    assert shown(asked({"categories": ("film", "film", "tea")})) == shown(
        asked({"categories": ("film",)})
    )


def test_excluded_items_are_left_out():
    exclude = np.asarray([[0, 2]], np.int32)
    assert shown(asked({"categories": ("film",)}, exclude=exclude)) == [[4]]


def test_people_without_a_context_get_nothing():
    nobody = Queries.of(np.full((2, 1), PAD, np.int32))
    assert shown(nobody) == [[], []]


def test_other_attributes_and_columns_may_be_named():
    items = ITEMS.with_columns(brand=pl.Series(["x", "y", "x", None, "y", "z"]))
    made = PreferredSource.of(
        "said", Config(column="brand", likes="brands"), MadeParts(items, {"popular": Known()})
    )
    slate = made.candidates(asked({"brands": ("y",)}), 6)
    assert [i for i, _ in slate.lists()[0]] == [1, 4]


def test_a_column_that_is_not_there_is_named():
    with pytest.raises(ConfigError, match="no column 'genre'"):
        source(column="genre")
