"""What people say they like is what they get."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from omakase.artifacts.in_memory import InMemoryVersion
from omakase.errors import ConfigError
from omakase.protocols import SourceReason
from omakase.sources.preferred import PreferredConfig, PreferredSource
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
PARTS = InMemoryVersion(ITEMS, {"popular": Known()})


def source(**knobs) -> PreferredSource:
    return PreferredSource.of("said", PreferredConfig(**knobs), PARTS)


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
    likes = {"categories": "category", "brands": "brand"}
    made = PreferredSource.of(
        "said", PreferredConfig(likes=likes), InMemoryVersion(items, {"popular": Known()})
    )
    both = asked({"brands": ("y",)}, {"brands": "y", "categories": "love"})
    assert [[i for i, _ in row] for row in made.candidates(both, 6).lists()] == [[1, 4], [4, 1]]
    assert made.says(both, 0, 4) == SourceReason("profile", ("y",))
    assert made.says(both, 1, 4) == SourceReason("profile", ("love", "y"))
    assert made.says(both, 1, 1) == SourceReason("profile", ("y",))


def test_a_category_is_named_by_its_path_one_above_it_or_its_own_name():
    paths = ["Film > War", "Film > Love", "Song", "Film", "Song > War", None]
    items = ITEMS.with_columns(category=pl.Series(paths))
    made = PreferredSource.of(
        "said", PreferredConfig(), InMemoryVersion(items, {"popular": Known()})
    )

    def found(*words):
        return [i for i, _ in made.candidates(asked({"categories": words}), 6).lists()[0]]

    assert found("Film") == [0, 1, 3]
    assert found("Film > Love") == [1]
    assert found("War") == [0, 4]
    assert found("War", "Song") == [4, 0, 2]
    assert found("film") == []


def test_among_equals_what_is_near_and_not_too_dear_comes_first():
    items = ITEMS.with_columns(
        latitude=pl.Series([0.0, 0.0, 0.1, 0.0, 0.0, 0.0]),
        longitude=pl.Series([1.0, 0.0, 0.0, 0.0, 0.0, 0.0]),
        price=pl.Series([1.0, 1.0, 1.0, 1.0, 9.0, 1.0]),
    )
    made = PreferredSource.of(
        "said", PreferredConfig(), InMemoryVersion(items, {"popular": Known()})
    )
    here = Context(user={"categories": ("film",)}, latitude=0.0, longitude=0.0)
    query = Queries.of(np.full((2, 1), PAD, np.int32), contexts=(here, replace(here, budget=1.0)))
    assert [[i for i, _ in row] for row in made.candidates(query, 6).lists()] == [
        [4, 2, 0],
        [2, 4, 0],
    ]


def test_a_column_that_is_not_there_is_named():
    with pytest.raises(ConfigError, match="no column 'genre'"):
        source(likes={"categories": "genre"})
