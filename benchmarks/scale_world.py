"""A made-up world of millions, written in pieces: vectors, catalog and histories, as files.

Vectors look like what matrix factorisation leaves behind. Items lie around the centres of tastes,
and those around fewer themes; tastes differ in size, a few are large; the numbers of a vector get
smaller from the first to the last, as the values of a spectrum do; popularity has a long tail, and
the popular are longer and share a direction. A person has one to four tastes and picks from them,
the popular first.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from omakase.types import PAD, Rows, Vectors

WIDTH = 64
HISTORY = 50
PIECE = 250_000
THEMES = 64
BRANDS = 5_000
SPREAD = 0.6
"""Length of what sets an item apart from the centre of its taste, whose length is 1."""
STEP = 7_368_787
"""A prime: the rows of a taste lie so far apart, that is, anywhere in the table."""


@dataclass(frozen=True)
class World:
    """Sizes and a seed; the same ones give the same files.

    Attributes:
        users, items: how many.
        seed: of every piece.
    """

    users: int
    items: int
    seed: int = 0

    @property
    def tastes(self) -> int:
        """One for every thousand items, at least as many as themes."""
        return max(THEMES, self.items // 1_000)

    def starts(self) -> NDArray[np.int64]:
        """(T + 1,) where each taste begins among the items in order of taste."""
        sizes = 1 / np.sqrt(1 + np.random.default_rng(self.seed).permutation(self.tastes))
        ends = np.round(np.cumsum(sizes) / sizes.sum() * self.items)
        return np.concatenate([[0], ends]).astype(np.int64)

    def centres(self) -> Vectors:
        """(T, D) of length 1."""
        rng = np.random.default_rng([self.seed, 1])
        themes = rng.standard_normal((THEMES, WIDTH), dtype=np.float32)
        near = themes[rng.integers(0, THEMES, self.tastes)]
        own = rng.standard_normal((self.tastes, WIDTH), dtype=np.float32)
        return unit((near + own) * spectrum())

    def rows(self, places: NDArray[np.int64]) -> Rows:
        """Item rows of places in order of taste."""
        return ((places * STEP) % self.items).astype(np.int32)

    def write(self, folder: Path, told: Callable[[str], None] = print) -> None:
        """`vectors.npy` (N, D), `popularity.npy` (N,), `items.parquet`, `histories.npy` (U, L)."""
        folder.mkdir(parents=True, exist_ok=True)
        self._write_items(folder, told)
        self._write_histories(folder / "histories.npy", told)

    def _write_items(self, folder: Path, told: Callable[[str], None]) -> None:
        shape = (self.items, WIDTH)
        vectors = _file(folder / "vectors.npy", np.float32, shape)
        popularity = _file(folder / "popularity.npy", np.float32, shape[:1])
        theme = np.empty(self.items, dtype=np.int8)
        starts, centres = self.starts(), self.centres()
        for piece, at in enumerate(range(0, self.items, PIECE)):
            places = np.arange(at, min(at + PIECE, self.items))
            taste = np.searchsorted(starts, places, side="right") - 1
            rows, rng = self.rows(places), np.random.default_rng([self.seed, 2, piece])
            liked = _popularity(places - starts[taste], rng)
            popularity[rows], theme[rows] = liked, taste % THEMES
            vectors[rows] = _vectors(centres[taste], liked, rng)
            told(f"items {places[-1] + 1:,} of {self.items:,}")
        _catalog(theme, self.seed).write_parquet(folder / "items.parquet")
        vectors.flush()
        popularity.flush()

    def _write_histories(self, file: Path, told: Callable[[str], None]) -> None:
        histories = _file(file, np.int32, (self.users, HISTORY))
        starts = self.starts()
        for piece, at in enumerate(range(0, self.users, PIECE)):
            count = min(PIECE, self.users - at)
            rng = np.random.default_rng([self.seed, 3, piece])
            histories[at : at + count] = self.rows(_picks(starts, count, rng))
            lengths = rng.integers(5, HISTORY + 1, count)[:, None]
            histories[at : at + count][np.arange(HISTORY) < HISTORY - lengths] = PAD
            told(f"people {at + count:,} of {self.users:,}")
        histories.flush()


def spectrum() -> NDArray[np.float32]:
    """(D,) falling from 1."""
    return ((1 + np.arange(WIDTH)) ** -0.35).astype(np.float32)


def unit(vectors: Vectors) -> Vectors:
    """Each of length 1."""
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def _popularity(place: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.float32]:
    """A long tail within each taste: the first is the most popular, with some luck."""
    luck = rng.lognormal(0, 0.5, len(place))
    return (luck / (1 + place) ** 0.8).astype(np.float32)


def _vectors(centres: Vectors, liked: NDArray[np.float32], rng: np.random.Generator) -> Vectors:
    """Around their centres; from the least to the most popular three times as long."""
    own = rng.standard_normal(centres.shape, dtype=np.float32) * spectrum()
    grown = np.maximum(1 + np.log(np.maximum(liked, 1e-4)) / np.log(1e4), 0)  # 0..1
    made = unit(centres + np.float32(SPREAD) * unit(own))
    made[:, 0] += np.float32(0.3) * grown
    return made * (np.float32(0.5) + grown)[:, None].astype(np.float32)


def _picks(starts: NDArray[np.int64], count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """(count, L) places: from one to four tastes each, the popular first."""
    own = np.searchsorted(starts, rng.integers(0, starts[-1], (count, 4)), side="right") - 1
    which = rng.integers(0, rng.integers(1, 5, count)[:, None], (count, HISTORY))
    taste = np.take_along_axis(own, which, axis=1)
    size = starts[taste + 1] - starts[taste]
    return starts[taste] + (size * rng.random((count, HISTORY)) ** 3).astype(np.int64)


def _catalog(theme: NDArray[np.int8], seed: int) -> pl.DataFrame:
    """Id, category, brand, price and stock of every item."""
    rng = np.random.default_rng([seed, 4])
    count = len(theme)
    names = pl.Enum([f"category {n}" for n in range(THEMES)])
    return pl.DataFrame(
        {
            "item_id": pl.Series(np.arange(count)).cast(pl.String),
            "category": pl.Series(theme.astype(np.uint8)).cat.to(names),
            "brand": pl.Series(rng.integers(0, BRANDS, count, dtype=np.int16)),
            "price": pl.Series(np.exp(rng.normal(9.5, 1, count)).round(-2)),
            "stock": pl.Series(rng.integers(0, 20, count, dtype=np.int8)),
        }
    )


def _file(path: Path, kind: type, shape: tuple[int, ...]) -> np.memmap:
    return np.lib.format.open_memmap(path, mode="w+", dtype=kind, shape=shape)
