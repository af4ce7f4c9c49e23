"""The middle of Seoul and its restaurants."""

import numpy as np
import polars as pl

from omakase.synthetic.dice import Dice, Positions
from omakase.synthetic.seoul import places, quarter_names
from omakase.synthetic.spec import Spec
from omakase.synthetic.vocabulary import picked

HOURS = (
    *("Mo-Su 11:00-22:00", "Mo-Fr 11:00-15:00,17:00-22:00; Sa 12:00-22:00", "Tu-Su 11:30-21:00"),
    *("Mo-Sa 17:00-02:00", "Mo-Su 00:00-24:00", "Mo-Fr 07:00-15:00", "We-Su 12:00-20:00"),
)
CHEAP = 0.8
"""A good-price shop asks less than this share of what is usual for its category."""


def beside(dice: Dice, numbers: Positions, known: pl.DataFrame) -> dict[str, pl.Series]:
    """Where and when, and whether it is a good-price shop."""
    found = places(dice, "place", numbers)
    leaves = RESTAURANTS.leaves
    usual = np.asarray([leaf.price for leaf in leaves])[numbers % len(leaves)]
    cheap = known.get_column("price").to_numpy() <= CHEAP * usual
    return {
        "district": picked(quarter_names(0), found.quarters),
        "district_en": picked(quarter_names(1), found.quarters),
        "latitude": found.latitude,
        "longitude": found.longitude,
        "opening_hours": picked(HOURS, dice.whole("hours", numbers, len(HOURS))),
        "good_price": pl.Series(cheap & (dice.uniform("marked", numbers) < 0.7)),
        "dietary": pl.Series(_diets(dice, numbers)),
    }


def _diets(dice: Dice, numbers: Positions) -> pl.Series:
    """What special diets are catered for; a plant-based place caters for all."""
    diets = pl.Series([[], ["vegetarian"], ["halal"], ["vegetarian", "vegan", "gluten_free"]])
    leaves, styles = len(RESTAURANTS.leaves), len(RESTAURANTS.styles)
    green = numbers // leaves % styles == styles - 1
    throw = dice.uniform("diet", numbers)
    return diets.gather(np.where(green, 3, np.where(throw < 0.15, 1, np.where(throw > 0.95, 2, 0))))


RESTAURANTS = Spec.read("restaurants", beside)
