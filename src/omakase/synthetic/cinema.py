"""A cinema."""

import polars as pl

from omakase.synthetic.dice import Dice, Positions
from omakase.synthetic.spec import Spec
from omakase.synthetic.vocabulary import pick_words

OLDEST = 1975


def beside(dice: Dice, numbers: Positions, known: pl.DataFrame) -> dict[str, pl.Series]:
    """The year, how long it runs, and who made it in English."""
    recent = dice.uniform("year", numbers) ** 0.5
    return {
        "year": pl.Series((OLDEST + recent * (2025 - OLDEST)).astype("int64")),
        "minutes": pl.Series(80 + dice.whole("minutes", numbers, 80)),
        "director": known.get_column("brand").alias("director"),
        "director_en": known.get_column("brand").replace_strict(dict(CINEMA.makers)),
        "age_limit": pick_words(("all", "12", "15", "18"), dice.whole("limit", numbers, 4)),
    }


CINEMA = Spec.read("cinema", beside)
