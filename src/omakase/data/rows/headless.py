"""Names for the columns of a file that does not name them: by what stands in each."""

import polars as pl

from omakase.data.rows import shapes
from omakase.data.rows.identifiers import some

MOST_RATINGS = 101


def names_of(rows: pl.DataFrame) -> tuple[str, ...]:
    """A name for each column: user first, then item, as nearly all such files have them.

    What holds times, kinds of events or ratings is known by that; the rest are numbered. Nothing
    is named where the first two columns are no ids: then only the owner knows.
    """
    numbered = [f"column {n}" for n in range(1, rows.width + 1)]
    if rows.width < 2:
        return tuple(numbered)
    roles = [_role(some(rows.get_column(name))) for name in rows.columns]
    if roles[0] in ("timestamp", "event") or roles[1] in ("timestamp", "event"):
        return tuple(numbered)
    names = ["user_id", "item_id", *numbered[2:]]
    if _is_of_amazon(rows):
        names[:2] = ["item_id", "user_id"]
    for role in ("timestamp", "event", "rating"):
        column = next((n for n in range(2, rows.width) if roles[n] == role), None)
        if column is not None:
            names[column] = role
    return tuple(names)


def _is_of_amazon(rows: pl.DataFrame) -> bool:
    """Whether the first column holds Amazon's articles, and the second its reviewers."""
    first, second = some(rows.to_series(0)), some(rows.to_series(1))
    articles = shapes.share(first, r"^(B0[0-9A-Z]{8}|\d{9}[0-9X])$")
    return articles >= MOSTLY and shapes.share(second, r"^A[0-9A-Z]{9,30}$") >= MOSTLY


MOSTLY = 0.9


def _role(texts: pl.Series) -> str:
    if not texts.len():
        return ""
    if shapes.is_epoch(texts) or shapes.is_dated(texts):
        return "timestamp"
    if shapes.kind_share(texts) > 0:
        return "event"
    return "rating" if _are_ratings(texts) else ""


def _are_ratings(texts: pl.Series) -> bool:
    """Few different numbers of a usual scale."""
    numbers = shapes.numbers_of(texts.str.replace(",", ".", literal=True)).drop_nulls()
    few = numbers.n_unique() <= MOST_RATINGS
    return numbers.len() == texts.len() and few and bool(numbers.is_between(-1, 100).all())
