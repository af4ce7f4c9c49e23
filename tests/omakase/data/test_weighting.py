"""What an event counts."""

import math

import numpy as np
import polars as pl
import pytest

from omakase.arrays.event_weights import LARGEST
from omakase.data.weighting import (
    DEFAULT_KINDS,
    EVERY_RATING,
    EventColumns,
    KindWeight,
    Weighting,
)
from omakase.types import DAY_SECONDS, Stance


def row(kind, value=1.0, time=0):
    return pl.DataFrame({"kind": [kind], "value": [value], "time": [time]})


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [("purchase", 1, 5), ("rating", 4, 4), ("rating", 9, 5), ("dislike", 1, -2), ("wave", 1, 1)],
)
def test_default_weights(kind, value, expected):
    assert Weighting().weights(row(kind, value), now=0)[0] == expected


def test_events_fade():
    faded = Weighting(fade_days=30).weights(row("view"), now=30 * DAY_SECONDS)
    assert faded[0] == pytest.approx(math.exp(-1))


def test_the_cap_holds_before_the_sign():
    kinds = {"refund": KindWeight(weight=2, from_value=True, cap=3, negative=True)}
    assert Weighting(kinds=kinds).weights(row("refund", 10), now=0)[0] == -3


def test_a_value_that_is_not_there_counts_one():
    events = pl.DataFrame({"kind": ["rating"], "value": [None], "time": [0]})
    weights = Weighting().weights(events.cast({"value": pl.Float32}), now=0)
    assert weights.tolist() == [1.0]


def test_each_row_has_its_own_kind_age_and_value():
    events = pl.DataFrame(
        {
            "kind": ["dislike", "rating", "view", "rating", "impression"],
            "value": [9.0, 3.0, 9.0, 8.0, 1.0],
            "time": [0, 0, DAY_SECONDS, 3 * DAY_SECONDS, 0],
        }
    )
    found = Weighting(fade_days=2).weights(events, now=2 * DAY_SECONDS)
    assert found.dtype == np.float32
    expected = [-2 * math.exp(-1), 3 * math.exp(-1), math.exp(-0.5), 5.0, 0.0]
    assert found.tolist() == pytest.approx(expected)


def stances(*events, **kinds):
    """Of (user, item, kind, value), one a second."""
    columns = ["user_id", "item_id", "kind", "value", "time"]
    rows = [(*event, second) for second, event in enumerate(events)]
    schema = dict(zip(columns, [pl.String] * 3 + [pl.Float64, pl.Int64], strict=True))
    table = EventColumns.of_table(pl.DataFrame(rows, schema=schema, orient="row"))
    found = Weighting(kinds={**DEFAULT_KINDS, **kinds}).weigh(table, now=len(rows))
    return found.stances.tolist(), found.weights.tolist()


FOR, AGAINST, SILENT, WITHDRAWN = Stance.FOR, Stance.AGAINST, Stance.SILENT, Stance.WITHDRAWN


@pytest.mark.parametrize(
    ("stars", "stance", "weight"),
    [(0, AGAINST, 0), (1, AGAINST, 0), (2.5, AGAINST, 0), (3, FOR, 3), (5, FOR, 5), (None, FOR, 1)],
)
def test_a_rating_below_the_middle_of_the_stars_is_a_dislike_and_counts_nothing(
    stars, stance, weight
):
    assert stances(("u", "i", "rating", stars)) == ([stance], [weight])


def test_an_impression_says_nothing_and_a_dislike_speaks_against():
    assert stances(("u", "i", "impression", None))[0] == [SILENT]
    assert stances(("u", "i", "dislike", None))[0] == [AGAINST]


@pytest.mark.parametrize(
    ("scale", "threshold"),
    [
        ({"highest": 5.0}, 3),
        ({"highest": 10.0}, 5.5),
        ({"highest": 1.0}, 0.5),
        ({"lowest": 1.0, "highest": 5.0}, 3),
        ({"lowest": -10.0, "highest": 10.0}, 0),
        ({"highest": 5.0, "middle": 4.0}, 4),
        ({"highest": 5.0, "middle": "none"}, -math.inf),
    ],
)
def test_the_middle_is_that_of_the_scale_unless_it_is_said(scale, threshold):
    assert KindWeight(**{"middle": "scale", **scale}).threshold == threshold


def test_a_persons_own_mean_is_their_middle_once_they_gave_enough():
    rating = DEFAULT_KINDS["rating"].model_copy(update={"middle": "person"})
    strict = [("u", f"i{n}", "rating", stars) for n, stars in enumerate([1, 1, 2, 2, 3])]
    assert stances(*strict, rating=rating)[0] == [AGAINST, AGAINST, FOR, FOR, FOR]
    assert stances(*strict[:4], rating=rating)[0] == [AGAINST] * 4
    generous = [("v", f"i{n}", "rating", stars) for n, stars in enumerate([5, 5, 5, 5, 4])]
    assert stances(*strict, *generous, rating=rating)[0][5:] == [FOR, FOR, FOR, FOR, AGAINST]


@pytest.mark.parametrize("value", [-1e6, -1e38, -math.inf, 1e38, math.inf, math.nan])
@pytest.mark.parametrize("kind", ["rating", "amount", "loss"])
def test_no_value_makes_an_event_count_more_than_its_cap_either_way(kind, value):
    kinds = {
        "amount": KindWeight(from_value=True, cap=7, lowest=-1e9),
        "loss": KindWeight(from_value=True, negative=True, cap=7, lowest=-1e9),
    }
    (weight,) = stances(("u", "i", kind, value), **kinds)[1]
    assert abs(weight) <= 7


def test_weights_without_a_cap_stay_finite():
    kind = KindWeight(weight=1e300, from_value=True)
    assert abs(stances(("u", "i", "big", 1e300), big=kind)[1][0]) == pytest.approx(LARGEST)


def test_what_was_taken_back_counts_nothing_and_what_was_there_beside_stays():
    told = stances(
        ("u", "i", "view", None), ("u", "i", "cart", None), ("u", "i", "remove_from_cart", None)
    )
    assert told == ([FOR, WITHDRAWN, WITHDRAWN], [1, 0, 0])
    again = [("u", "i", k, None) for k in ("purchase", "return", "purchase")]
    assert stances(*again) == ([SILENT, SILENT, FOR], [0, 0, 5])


@pytest.mark.parametrize("kind", ["return", "cancel", "refund"])
def test_an_order_that_is_taken_back_is_no_dislike(kind):
    bought = [("u", "i", "purchase", None), ("v", "i", "purchase", None), ("u", "i", kind, None)]
    assert stances(*bought) == ([WITHDRAWN, FOR, WITHDRAWN], [0, 5, 0])


def test_a_take_back_that_is_declared_negative_is_a_dislike_beside():
    harsh = DEFAULT_KINDS["return"].model_copy(update={"weight": 2.0, "negative": True})
    bought = [("u", "i", "purchase", None), ("u", "i", "return", None)]
    assert stances(*bought, **{"return": harsh}) == ([WITHDRAWN, AGAINST], [0, -2])


def test_events_of_one_person_weigh_as_a_table_of_them_does():
    rows = [("a", "view", None, 1), ("b", "rating", 1.0, 2), ("a", "cart", 2.0, 3)]
    rows += [("a", "remove_from_cart", None, 4), ("c", "unheard", 9.0, 5)]
    ids, kinds, values, times = (list(column) for column in zip(*rows, strict=True))
    names = list(dict.fromkeys(kinds))
    columns = EventColumns.of_person(ids, names, list(map(names.index, kinds)), values, times)
    found = Weighting().weigh(columns, now=0)
    told = stances(*[("u", item, kind, value) for item, kind, value, _ in rows])
    assert ids == ["a", "b", "a", "a", "c"]
    assert (found.stances.tolist(), found.weights.tolist()) == told


def test_in_published_protocols_every_rating_is_an_interaction():
    low = pl.DataFrame({"kind": ["rating"], "value": [1.0], "time": [0]})
    assert EVERY_RATING.weights(low, now=0).tolist() == [1.0]
    assert Weighting().weights(low, now=0).tolist() == [0.0]
