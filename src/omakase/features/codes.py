"""What is known in words, as whole numbers: one word has one number, today as in training."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Self
from zlib import crc32

import numpy as np
import polars as pl

from omakase.types import DAY_SECONDS, PAD, Context, Queries, Rows

Codes = Mapping[str, Rows]
"""Of candidates (B, C), called `item.*`; of people and requests (B, any), called otherwise."""
NO_CODES: Final[Codes] = MappingProxyType({})

HISTORY: Final = 20
"""Newest liked items that describe a person."""
WORDS: Final = 12
"""Words of a search that are read."""
PARTS_OF_A_DAY: Final = 4
WELL_RATED: Final = 3.5


def code_of(word: object) -> int:
    """1 … 2^31 - 2 of a word, the same on every machine; 0 of nothing."""
    text = "" if word is None else str(word)
    return crc32(text.encode()) % (2**31 - 2) + 1 if text else 0


@dataclass(frozen=True)
class ItemCodes:
    """What the catalog says of items in words.

    Attributes:
        columns: (N,) each; 0 where nothing is said.
    """

    columns: Mapping[str, Rows]

    @classmethod
    def of(cls, items: pl.DataFrame, ratings: Iterable[float] = ()) -> Self:
        """Row, category and brand (the first of several), district, mark, and how it is rated.

        Args:
            ratings: (N,) means, 0 where nobody rated; none: nothing is said of them.
        """
        means = np.fromiter(ratings, dtype=np.float64, count=-1)
        rated = np.where(means > WELL_RATED, 2, 1) * (means > 0)
        names = {"category": "category", "brand": "brand", "district": "district"}
        columns = {f"item.{name}": _words(items, column) for name, column in names.items()}
        return cls(
            {
                "item.row": np.arange(1, len(items) + 1, dtype=np.int32),
                **columns,
                "item.mark": _marks(items),
                "item.rated": (rated if len(means) else np.zeros(len(items))).astype(np.int32),
            }
        )

    def codes(self, queries: Queries, items: Rows) -> Codes:
        """Of (B, C) candidates, of who asks, and of what they ask; 0 at PAD."""
        is_item, rows = items != PAD, np.maximum(items, 0)
        liked = queries.liked_history()[:, -HISTORY:] + 1
        history = np.zeros((len(queries), HISTORY), dtype=np.int32)
        history[:, HISTORY - liked.shape[1] :] = liked
        return {
            **{name: np.where(is_item, column[rows], 0) for name, column in self.columns.items()},
            "user.row": (queries.users[:, None] + 1).astype(np.int32),
            "user.history": history,
            "user.last": history[:, -1:],
            **_profile_codes(queries),
            "ask.time": _part_of_day(queries),
        }


def _profile_codes(queries: Queries) -> Codes:
    """What people say of themselves, and what they search for."""
    contexts = queries.contexts or (Context(),) * len(queries)
    words = np.zeros((len(contexts), WORDS), dtype=np.int32)
    for line, context in zip(words, contexts, strict=True):
        query_words = str(context.attributes.get("query") or "").lower().split()[:WORDS]
        line[: len(query_words)] = [code_of(word) for word in query_words]
    own = {
        "user.age": [code_of(age_group(context.user)) for context in contexts],
        "user.gender": [code_of(context.user.get("gender")) for context in contexts],
        "user.location": [code_of(context.user.get("location")) for context in contexts],
    }
    columns = {name: np.asarray(codes, dtype=np.int32)[:, None] for name, codes in own.items()}
    return {**columns, "ask.words": words}


def age_group(person: Mapping[str, Any]) -> str:
    """What a profile says of an age: the range it names, or the decade of a number."""
    age = person.get("age")
    decade = f"{int(age) // 10 * 10}" if isinstance(age, int | float) and age > 0 else ""
    return str(person.get("age_range") or decade)


def _part_of_day(queries: Queries) -> Rows:
    """(B, 1) from 1 for midnight to six, in UTC; 0 where the time is unknown."""
    part = queries.now % DAY_SECONDS * PARTS_OF_A_DAY // DAY_SECONDS + 1
    return np.where(queries.now > 0, part, 0).astype(np.int32)[:, None]


def _words(items: pl.DataFrame, column: str) -> Rows:
    if column not in items.columns:
        return np.zeros(len(items), dtype=np.int32)
    values = items.get_column(column)
    if isinstance(values.dtype, pl.List):
        values = values.list.first()
    unique_words = values.unique()
    numbers = [code_of(word) for word in unique_words.to_list()]
    return values.replace_strict(unique_words, numbers, return_dtype=pl.Int32).to_numpy()


def _marks(items: pl.DataFrame) -> Rows:
    """1 for a good-price shop, else what flag of quality there is."""
    flags = _words(items, "quality_flags")
    if "good_price" not in items.columns:
        return flags
    good = items.get_column("good_price").cast(pl.Boolean).fill_null(False).to_numpy()
    return np.where(good, code_of("good_price"), flags).astype(np.int32)
