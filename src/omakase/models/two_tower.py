"""Two towers: items by what they are, people by the items of their history, learnt together."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from omakase import types
from omakase.arrays.gather import dots_at
from omakase.arrays.spectrum import leading_directions
from omakase.data.dataset import Dataset
from omakase.deep.nn.graph import OnnxGraph
from omakase.deep.train.tower_knobs import TowerKnobs
from omakase.features.content import blocks, dense_block, stacked, texts
from omakase.text.sentences import sentence_vectors
from omakase.text.tokens import Way
from omakase.types import PAD, Arrays, Progress, Queries, Rows, Scores, Vectors, silent


class TwoTowerConfig(TowerKnobs):
    """Knobs of two towers."""

    factors: int = Field(
        default=256, ge=1, description="numbers that tell what an item is, after SVD; at most"
    )
    words: Way = Field(
        default="auto",
        description="text by words, by Korean morphemes, or by what the letters suggest",
        json_schema_extra={"search": False},
    )
    phrases: int = Field(
        default=2, ge=1, le=3, description="longest run of words that is a term of its own"
    )
    price_bands: int = Field(default=8, ge=1, description="bands of equally many prices")
    sentences: str = Field(
        default="",
        description="folder of a sentence-transformers model for the texts; empty for none",
        json_schema_extra={"search": False},
    )


@dataclass(frozen=True, slots=True)
class TwoTower:
    """Item vectors from knowledge alone, and a graph that makes a person's from their history.

    An item that nobody has taken yet has a vector like any other.

    Paper: see `nn.towers.TwoTowers`.
    Differs: see there. A step foretells several events after a cut of each history; the items
        that they are told from are drawn once for the whole batch, with the logQ correction.
    Cost: SVD of the (N, F) features; a step O(present items · F · hidden); an answer O(N · D).

    Attributes:
        items: (N, D) of length 1.
        graph: the user's tower, served without torch.
        length: newest history items looked at.
        curve: (epochs, 4) epoch, loss, validation NDCG@10, seconds.
    """

    config_type: ClassVar[type[types.Config]] = TwoTowerConfig
    items: Vectors
    graph: OnnxGraph
    length: int
    curve: NDArray[np.float32]

    @classmethod
    def fit(
        cls,
        data: Dataset,
        config: TwoTowerConfig,
        *,
        rng: np.random.Generator,
        progress: Progress = silent,
    ) -> Self:
        from omakase.deep.train.together import fit_together, is_shared_out
        from omakase.deep.train.towers import fit_towers  # torch: training only

        if is_shared_out(processes := config.plan.processes):
            arrays = fit_together(cls, data, config, processes, rng=rng, progress=progress)
            return cls.from_arrays(arrays, config)
        features = item_inputs(data, config, rng)
        return cls.from_arrays(
            fit_towers(data, features, config, rng=rng, progress=progress), config
        )

    def item_vectors(self) -> Vectors:
        return self.items

    def query_vectors(self, queries: Queries) -> Vectors:
        history = queries.liked_history()[:, -self.length :]
        return self.graph.run(x=self.items[np.maximum(history, 0)], real=history != PAD)

    def score(self, queries: Queries) -> Scores:
        return self.query_vectors(queries) @ self.items.T

    def score_items(self, queries: Queries, items: Rows) -> Scores:
        """(B, C) as `score`, for a few items."""
        return dots_at(self.query_vectors(queries), self.items, items)

    def arrays(self) -> Arrays:
        return {"items": self.items, "graph": self.graph.content, "curve": self.curve}

    @classmethod
    def from_arrays(cls, arrays: Arrays, config: TwoTowerConfig) -> Self:
        return cls(arrays["items"], OnnxGraph(arrays["graph"]), config.length, arrays["curve"])


def item_inputs(data: Dataset, config: TwoTowerConfig, rng: np.random.Generator) -> Vectors:
    """(N, F) what is known of each item; rows are of mean length sqrt(F), F at most `factors`.

    One column of zeros where nothing is known of any.
    """
    parts = list(
        blocks(data.items, way=config.words, phrases=config.phrases, bands=config.price_bands)
    )
    if config.sentences:
        vectors = sentence_vectors(texts(data.items), Path(config.sentences))
        parts.append(dense_block("sentence", vectors))
    if not parts:
        return np.zeros((data.n_items, 1), dtype=np.float32)
    features, _ = stacked(parts, [1.0] * len(parts))
    directions, _ = leading_directions(features, config.factors, rng)
    reduced = np.asarray(features @ directions)
    length = max(float(np.linalg.norm(reduced, axis=1).mean()), 1e-9)
    return np.asarray(reduced * (reduced.shape[1] ** 0.5 / length), dtype=np.float32)
