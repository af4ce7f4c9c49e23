"""How near, and whether it may cost that much."""

import numpy as np
import polars as pl
import pytest

from omakase.features.fits import Fits
from omakase.features.pairs import great_circle_km
from omakase.types import Context

ITEMS = pl.DataFrame(
    {
        "latitude": [37.50, 37.51, 35.18, None, 37.50],
        "longitude": [127.00, 127.00, 129.08, 127.00, 127.20],
        "price": [10.0, 40.0, None, 20.0, 5.0],
    }
)
SEOUL = Context(latitude=37.5, longitude=127.0)
FITS = Fits.of(ITEMS, half_km=2.0)
ALL = np.arange(5)


def test_what_is_near_is_found_in_order_of_rows():
    assert FITS.within(SEOUL, 2).tolist() == [0, 1]
    assert FITS.within(SEOUL, 20).tolist() == [0, 1, 4]
    assert FITS.within(SEOUL, 1_000).tolist() == [0, 1, 2, 4]
    assert FITS.within(Context(latitude=-80.0, longitude=0.0), 50).tolist() == []


def test_without_a_place_nothing_is_near():
    for context in (Context(), Context(latitude=37.5), Context(longitude=127.0)):
        assert FITS.within(context, 1e6).tolist() == []
        assert FITS.fit(context, ALL).tolist() == [1] * 5


def test_the_strip_holds_all_that_a_loop_over_everything_finds():
    rng = np.random.default_rng(0)
    places = np.stack([rng.uniform(-90, 90, 500), rng.uniform(-180, 180, 500)], axis=1)
    fits = Fits.of(pl.DataFrame(places, schema=["latitude", "longitude"]), half_km=1)
    for latitude, longitude in places[:20]:
        here = np.asarray([latitude, longitude])
        near = np.flatnonzero(great_circle_km(here, places) <= 1_500)
        assert fits.within(Context(latitude=latitude, longitude=longitude), 1_500).tolist() == [
            *near
        ]


def test_the_fit_halves_with_distance_and_falls_with_the_price_above_the_budget():
    fit = FITS.fit(SEOUL, ALL)
    km = great_circle_km(np.asarray([37.5, 127.0]), np.asarray([37.51, 127.0]))
    assert fit[0] == 1
    assert fit[1] == pytest.approx(0.5 ** (km / 2))
    assert fit[2] < 1e-40
    assert fit[3] == 1  # nobody knows where it is
    budget = FITS.fit(Context(budget=10.0), ALL)
    assert budget.tolist() == [1, 0.25, 1, 0.5, 1]
    assert FITS.fit(Context(budget=-1.0), ALL).tolist() == [0, 0, 1, 0, 0]


def test_a_table_that_tells_nothing_fits_everywhere():
    fits = Fits.of(pl.DataFrame({"item_id": ["a", "b"]}), half_km=1)
    assert fits.within(SEOUL, 1e6).tolist() == []
    assert fits.fit(Context(latitude=1.0, longitude=1.0, budget=1.0), ALL[:2]).tolist() == [1, 1]


def at(**told) -> Context:
    return Context(attributes=told)


def test_what_is_shut_does_not_suit():
    hours = pl.DataFrame({"opening_hours": ["Mo-Fr 09:00-12:00", "Sa 09:00-12:00", None]})
    fits = Fits.of(hours, half_km=1)
    for told, suits in (
        ({}, [True] * 3),
        ({"hour": 9.0}, [True, False, True]),
        ({"hour": 12.0}, [False, False, True]),
        ({"hour": 9.0, "weekday": 5.0}, [False, True, True]),
        ({"hour": 9.0, "weekday": 4.0}, [True, False, True]),
    ):
        assert fits.suits(at(**told), ALL[:3]).tolist() == suits, told
    assert FITS.suits(at(hour=3.0), ALL).all(), "nobody tells when they are open"


def test_what_does_not_name_a_diet_does_not_cater_for_it():
    fits = Fits.of(pl.DataFrame({"tags": [["vegan", "spicy"], ["halal"], None]}), half_km=1)
    assert fits.suits(at(diet="vegan"), ALL[:3]).tolist() == [True, False, False]
    assert fits.suits(at(diet=""), ALL[:3]).all() and FITS.suits(at(diet="vegan"), ALL).all()
