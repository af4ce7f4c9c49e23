"""Where people live and eat: quarters of the middle of Seoul."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from omakase.synthetic.dice import Dice, Positions

QUARTERS = (
    ("을지로", "Euljiro", 37.5660, 126.9910),
    ("명동", "Myeongdong", 37.5636, 126.9850),
    ("종로", "Jongno", 37.5704, 126.9921),
    ("광화문", "Gwanghwamun", 37.5720, 126.9769),
    ("익선동", "Ikseon-dong", 37.5742, 126.9899),
    ("북촌", "Bukchon", 37.5826, 126.9850),
    ("서촌", "Seochon", 37.5790, 126.9700),
    ("인사동", "Insadong", 37.5740, 126.9850),
    ("충무로", "Chungmuro", 37.5612, 126.9950),
    ("남대문", "Namdaemun", 37.5592, 126.9773),
    ("동대문", "Dongdaemun", 37.5710, 127.0095),
    ("회현", "Hoehyeon", 37.5585, 126.9786),
)
SPREAD_DEGREES = 0.0025


@dataclass(frozen=True, slots=True)
class Places:
    """A quarter and a point in it, for each of n rows."""

    quarters: Positions
    latitude: pl.Series
    longitude: pl.Series


def places(dice: Dice, stream: str, at: Positions) -> Places:
    """Points around the middles of the quarters, some 200 metres away from them."""
    quarters = dice.whole(f"{stream} quarter", at, len(QUARTERS))
    middle = np.asarray([(q[2], q[3]) for q in QUARTERS])[quarters]
    north, east = (SPREAD_DEGREES * dice.normal(f"{stream} {way}", at) for way in ("north", "east"))
    return Places(
        quarters,
        pl.Series((middle[:, 0] + north).round(6)),
        pl.Series((middle[:, 1] + east).round(6)),
    )


def quarter_names(language: int) -> tuple[str, ...]:
    """Korean (0) or English (1) names."""
    return tuple(str(quarter[language]) for quarter in QUARTERS)
