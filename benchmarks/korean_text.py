"""Korean text: morphemes against words between spaces.

The restaurants of the sample world are described in Korean, where a noun carries its particle:
김치찌개가, 김치찌개를, 김치찌개로 are three words between spaces and one morpheme. For each
restaurant the ten most alike by TF-IDF of title and description are looked up, with the one and the
other tokeniser and everything else equal. Two restaurants are truly alike when the world made them
of the same kind of food; stricter, when they have the same kind and the same style. The measure is
the share of the ten that is truly alike; intervals and the paired difference are over restaurants.
"""

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from benchmarks.form import Asked, Result, run
from omakase.arrays.topk import top_k
from omakase.evaluate.confidence import interval, paired_difference
from omakase.features.content import texts
from omakase.synthetic import World, make
from omakase.text.morphemes import Morphemes
from omakase.text.tfidf import TfIdf
from omakase.text.words import Tokeniser, with_phrases, words

NEAREST = 10
BLOCK = 500


def korean_text(asked: Asked) -> Result:
    """A row a seed, measure and tokeniser."""
    size = 600 if asked.quick else 3000
    seeds = asked.seeds[:1] if asked.quick else asked.seeds
    morphemes = Morphemes()
    rows: list[dict[str, Any]] = []
    for seed in seeds:
        world = make("restaurants", users=1, items=size, events=1, seed=seed)
        written = texts(pl.concat(world.items()))
        ways: dict[str, Tokeniser] = {"words": words, "morphemes": morphemes}
        near = {name: nearest(written, way) for name, way in ways.items()}
        rows += compared(world, near, seed)
    return Result(rows, [verdict(rows)])


def nearest(written: list[str], way: Tokeniser) -> NDArray[np.int32]:
    """(N, 10) the most alike other texts of each."""
    tokens = with_phrases(way(written), 2)
    matrix = TfIdf.of(tokens, fewest=2).matrix(tokens)
    parts = [_best(matrix, start) for start in range(0, len(written), BLOCK)]
    return np.concatenate(parts)


def _best(matrix: sparse.csr_array, start: int) -> NDArray[np.int32]:
    likeness = (matrix[start : start + BLOCK] @ matrix.T).toarray()
    own = np.arange(len(likeness))
    likeness[own, start + own] = -np.inf
    return top_k(likeness, NEAREST).items


def compared(world: World, near: dict[str, NDArray[np.int32]], seed: int) -> list[dict[str, Any]]:
    """Precision of both tokenisers by both measures, and the paired difference."""
    numbers = np.arange(world.n_items)
    kind = world.tastes.leaf(numbers)
    style = world.tastes.style(numbers)
    measures = {"kind": kind, "kind and style": kind * 1000 + style}
    rows = []
    for measure, label in measures.items():
        alike = {name: label[found] == label[:, None] for name, found in near.items()}
        shares = {name: each.mean(axis=1) for name, each in alike.items()}
        gap = paired_difference(
            shares["morphemes"], shares["words"], rng=np.random.default_rng(seed)
        )
        for name, share in shares.items():
            low, high = interval(share[None], rng=np.random.default_rng(seed))
            rows.append(
                {
                    "alike by": measure,
                    "text by": name,
                    "seed": seed,
                    f"precision@{NEAREST}": float(share.mean()),
                    f"precision@{NEAREST} 95 %": [float(low[0]), float(high[0])],
                    "over words": [gap.low, gap.high] if name == "morphemes" else None,
                    "restaurants": world.n_items,
                }
            )
    return rows


def verdict(rows: list[dict[str, Any]]) -> str:
    """Which tokeniser is surely better, in one sentence."""
    gaps = [row["over words"] for row in rows if row["over words"]]
    sure = sum(low > 0 for low, _ in gaps)
    return f"Morphemes find surely more that is alike in {sure} of {len(gaps)} comparisons."


if __name__ == "__main__":
    run("korean_text", korean_text, __doc__)
