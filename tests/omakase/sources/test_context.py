"""What many choose around the place, and for the money, that a request tells of."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from omakase.artifacts.in_memory import InMemoryVersion
from omakase.protocols import SourceReason
from omakase.sources.context import ContextSource, ContextSourceConfig
from omakase.types import PAD, Context, Queries

ITEMS = pl.DataFrame(
    {
        "item_id": list("abcdef"),
        "latitude": [0.0, 0.02, 0.05, 5.0, None, 0.0],
        "longitude": [0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
        "price": [10.0, 10.0, 40.0, 1.0, 1.0, None],
    }
)
HERE = {"latitude": 0.0, "longitude": 0.0}


class Known:
    """The share of all that was chosen."""

    def score(self, queries):
        share = np.asarray([0.1, 0.3, 0.2, 0.4, 0.0, 0.0], np.float32)
        return np.tile(share, (len(queries), 1))


def source(**knobs) -> ContextSource:
    return ContextSource.of(
        "here", ContextSourceConfig(**knobs), InMemoryVersion(ITEMS, {"popular": Known()})
    )


def asked(*contexts, **more) -> Queries:
    told = tuple(Context(**context) for context in contexts)
    return Queries.of(np.full((len(told), 1), PAD, np.int32), contexts=told, **more)


def shown(queries, k=6, **knobs):
    return [[i for i, _ in row] for row in source(**knobs).candidates(queries, k).lists()]


def test_what_is_popular_comes_before_what_is_not_and_near_before_far():
    # liked: a .26, b .76, c .51, f .01; halved every 3 km: b at 2.2 km, c at 5.6 km
    assert shown(asked(HERE)) == [[1, 0, 2, 5]]
    assert shown(asked(HERE), half_km=0.5) == [[0, 1, 5, 2]]
    assert shown(asked(HERE), near_km=3.0) == [[1, 0, 5]]


def test_scores_are_popularity_times_the_fit():
    (row,) = source().candidates(asked({**HERE, "budget": 5.0}), 2).lists()
    km = 0.02 * np.pi / 180 * 6371
    assert row[0] == (1, pytest.approx((0.75 + 0.01) * 0.5 ** (km / 3) * 5 / 10, rel=1e-5))


def test_budget_alone_weighs_most_popular_items():
    assert shown(asked({"budget": 5.0})) == [[3, 1, 0, 2, 4, 5]]
    assert shown(asked({"budget": 5.0}), most=2) == [[3, 1]]


def test_who_tells_neither_or_is_far_from_everything_gets_nothing():
    far = {"latitude": 60.0, "longitude": 60.0, "budget": 5.0}
    assert shown(asked({}, far, {"latitude": 0.0})) == [[], [], []]
    assert shown(Queries.of(np.full((2, 1), PAD, np.int32))) == [[], []]


def test_each_query_is_held_to_what_may_come():
    exclude = np.asarray([[1, PAD], [0, 2]], np.int32)
    assert shown(asked(HERE, HERE, exclude=exclude)) == [[0, 2, 5], [1, 5]]
    allowed = np.asarray([True, False, True, True, True, False])
    queries = asked(HERE)
    narrowed = replace(queries, allowed=allowed)
    assert shown(narrowed) == [[0, 2]]


def test_it_says_what_is_true_of_the_item():
    queries = asked(HERE, {"budget": 20.0})
    assert source().says(queries, 0, 1) == SourceReason("near")
    assert source().says(queries, 1, 1) == SourceReason("budget")
    assert source().says(queries, 1, 2) == SourceReason("list")  # it costs more
    assert source().says(queries, 1, 5) == SourceReason("list")  # nobody knows what it costs


WEEK = ["Mo-Su 09:00-12:00", "Mo-Su 18:00-23:00", None, None, None, None]
DIETS = [["vegan"], [], ["vegan"], [], [], []]


def places(**more) -> ContextSource:
    items = ITEMS.with_columns(**{name: pl.Series(said) for name, said in more.items()})
    return ContextSource.of(
        "here", ContextSourceConfig(), InMemoryVersion(items, {"popular": Known()})
    )


def rows(made, *contexts):
    return [[i for i, _ in row] for row in made.candidates(asked(*contexts), 6).lists()]


def test_what_is_shut_at_that_hour_is_not_proposed():
    made = places(opening_hours=WEEK)
    morning, evening = ({**HERE, "attributes": {"hour": float(hour)}} for hour in (10, 20))
    assert rows(made, morning, evening) == [[0, 2, 5], [1, 2, 5]]
    anywhere = {"attributes": {"hour": 10.0}}
    assert rows(made, anywhere) == [[3, 2, 0, 4, 5]]
    assert made.says(asked(anywhere), 0, 0) == SourceReason("open")
    assert made.says(asked(anywhere), 0, 3) == SourceReason("list"), "nobody tells when it is open"
    assert rows(source(), anywhere) == [[]], "a catalog without hours knows nothing of them"


def test_only_what_caters_for_a_diet_is_proposed():
    made = places(tags=DIETS)
    vegan = {"attributes": {"diet": "vegan"}}
    assert rows(made, vegan, {**HERE, **vegan}) == [[2, 0], [0, 2]]
    assert made.says(asked(vegan), 0, 2) == SourceReason("diet")
