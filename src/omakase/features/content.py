"""What an item is, as weighted words: text, categories, brand, price, tags, year, attributes.

Nothing here knows of events, so an item that nobody has used yet has all of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from omakase.text.tfidf import TfIdf, unit_rows
from omakase.text.tokens import Way, tokeniser
from omakase.text.words import with_phrases

TEXTS: Final = ("title", "description")
NOT_ATTRIBUTES: Final = frozenset(
    {"item_id", "title", "description", "image", "image_url", "url", "opening_hours"}
)


@dataclass(frozen=True)
class FeatureBlock:
    """One kind of knowledge about all items.

    Attributes:
        name: "text", "category", "brand", "tags", "price", "year", "attributes" or "vectors".
        columns: (F,) what each column stands for, in words ("category Drama").
        matrix: (N, F) CSR float32; rows of length 1, or 0 where nothing is known.
    """

    name: str
    columns: tuple[str, ...]
    matrix: sparse.csr_array


def blocks(
    items: pl.DataFrame, *, way: Way = "auto", phrases: int = 2, bands: int = 8
) -> tuple[FeatureBlock, ...]:
    """All that the item table tells; a column that is absent or empty gives no block.

    Args:
        items: one row an item; `title`, `description`, `category` (one, or the path of a tree from
            its root, or several), `brand`, `tags`, `price`, `year`, `embedding` (a list of numbers
            by the owner's own model) and any further text columns with few values.
        way: how text becomes words.
        phrases: longest run of words that counts as a term of its own.
        bands: of prices, each with the same number of items.
    """
    found = [
        _text(items, way, phrases),
        _list_block(items, "category"),
        _list_block(items, "brand"),
        _list_block(items, "tags"),
        _grade_block(items, "price", _equal_bands(items, "price", bands)),
        _grade_block(items, "year", _decades(items)),
        _attributes(items),
        _vectors(items),
    ]
    return tuple(block for block in found if block is not None and block.matrix.nnz)


def texts(items: pl.DataFrame) -> list[str]:
    """Title and description of each item as one text; empty where there is neither."""
    present = [name for name in TEXTS if name in items.columns]
    if not present:
        return [""] * len(items)
    joined = pl.concat_str([pl.col(name).fill_null("") for name in present], separator="\n")
    return items.select(joined.alias("text")).get_column("text").to_list()


def _text(items: pl.DataFrame, way: Way, phrases: int) -> FeatureBlock | None:
    written = texts(items)
    if not any(written):
        return None
    tokens = with_phrases(tokeniser(way, written[:1000])(written), phrases)
    terms = TfIdf.of(tokens, fewest=2)
    return FeatureBlock("text", tuple(f"“{term}”" for term in terms.terms), terms.matrix(tokens))


def _list_block(items: pl.DataFrame, name: str) -> FeatureBlock | None:
    """One column a value; a rare value says more than a frequent one."""
    if name not in items.columns:
        return None
    values = TfIdf.of(tokens := labels(items, name), fewest=1, most_share=1.0)
    columns = tuple(f"{name} {value}" for value in values.terms)
    return FeatureBlock(name, columns, values.matrix(tokens))


def labels(items: pl.DataFrame, name: str) -> list[list[str]]:
    """The values of each item in a column, as text, in a list."""
    column = items.get_column(name)
    if isinstance(column.dtype, pl.List):
        return [[str(v) for v in line if v] for line in column.fill_null([]).to_list()]
    return [[] if value is None or value == "" else [str(value)] for value in column.to_list()]


def _attributes(items: pl.DataFrame) -> FeatureBlock | None:
    """The other columns of text or lists of text whose values occur more than once."""
    excluded = NOT_ATTRIBUTES | {"category", "brand", "tags", "embedding"}
    names = [
        name
        for name, kind in items.schema.items()
        if name not in excluded
        and not name.startswith(("title_", "description_", "category_"))  # in other languages
        and kind in (pl.String, pl.Boolean, pl.List(pl.String))
    ]
    lines: list[list[str]] = [[] for _ in range(len(items))]
    for name in names:
        for line, values in zip(lines, labels(items, name), strict=True):
            line += [f"{name} {value}" for value in values]
    terms = TfIdf.of(lines, fewest=2, most_share=1.0)
    return FeatureBlock("attributes", terms.terms, terms.matrix(lines)) if terms.terms else None


def _equal_bands(items: pl.DataFrame, name: str, bands: int) -> NDArray[np.float64] | None:
    if name not in items.columns:
        return None
    finite = items.get_column(name).drop_nulls().drop_nans().to_numpy()
    if not len(finite):
        return None
    return np.unique(np.quantile(finite, (np.arange(bands) + 0.5) / bands))


def _decades(items: pl.DataFrame) -> NDArray[np.float64] | None:
    if "year" not in items.columns:
        return None
    years = items.get_column("year").drop_nulls().to_numpy()
    if not len(years):
        return None
    first, last = 10 * (years.min() // 10), 10 * (years.max() // 10 + 1)
    return np.arange(first, last + 1, 10, dtype=np.float64)


def _grade_block(
    items: pl.DataFrame, name: str, marks: NDArray[np.float64] | None
) -> FeatureBlock | None:
    """A number as its two nearest marks, by nearness: 1994 is 0.6 of 1990 and 0.4 of 2000."""
    if marks is None:
        return None
    values = items.get_column(name).cast(pl.Float64).to_numpy()
    rows = np.flatnonzero(np.isfinite(values))
    grades = np.interp(values[rows], marks, np.arange(len(marks)))
    low = np.minimum(grades.astype(np.int64), len(marks) - 1)
    high = np.minimum(low + 1, len(marks) - 1)
    weights = np.concatenate([1 - (grades - low), np.where(high > low, grades - low, 0)])
    matrix = sparse.csr_array(
        (weights.astype(np.float32), (np.tile(rows, 2), np.concatenate([low, high]))),
        shape=(len(items), len(marks)),
    )
    matrix.eliminate_zeros()
    return FeatureBlock(name, tuple(f"{name} about {mark:g}" for mark in marks), unit_rows(matrix))


def _vectors(items: pl.DataFrame) -> FeatureBlock | None:
    """The owner's own vectors, where the table brings them."""
    if "embedding" not in items.columns:
        return None
    column = items.get_column("embedding")
    width = int(column.list.len().max() or 0)  # type: ignore[arg-type]
    dense = np.zeros((len(items), width), dtype=np.float32)
    for row, vector in enumerate(column.to_list()):
        dense[row, : len(vector or ())] = vector or ()
    return dense_block("vectors", dense)


def dense_block(name: str, vectors: NDArray[np.float32]) -> FeatureBlock:
    """Dense vectors (N, D) as a block."""
    columns = tuple(f"{name} {n}" for n in range(vectors.shape[1]))
    return FeatureBlock(name, columns, unit_rows(sparse.csr_array(vectors)))


def stacked(
    parts: Sequence[FeatureBlock], weights: Sequence[float]
) -> tuple[sparse.csr_array, list[str]]:
    """The blocks side by side, so that cosines add up with these weights, and their columns."""
    scaled = [part.matrix * np.float32(np.sqrt(w)) for part, w in zip(parts, weights, strict=True)]
    names = [column for part in parts for column in part.columns]
    return sparse.csr_array(sparse.hstack(scaled, format="csr", dtype=np.float32)), names
