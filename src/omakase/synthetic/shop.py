"""A shop of everything."""

import numpy as np
import polars as pl

from omakase.synthetic.dice import Dice, Positions
from omakase.synthetic.spec import Spec

DISCOUNTS = np.asarray([0, 0, 0, 5, 10, 15, 20, 30, 50])


def beside(dice: Dice, numbers: Positions, known: pl.DataFrame) -> dict[str, pl.Series]:
    """What it cost before, and how many are left."""
    percent = DISCOUNTS[dice.whole("discount", numbers, len(DISCOUNTS))]
    original_price = known.get_column("price").to_numpy() / (1 - percent / 100)
    return {
        "original_price": pl.Series(np.rint(original_price / 100) * 100),
        "stock": pl.Series(dice.whole("stock", numbers, 200)),
    }


SHOP = Spec.read("shop", beside)
