"""BSPM: blur the history over the graph, then sharpen what came out."""

from dataclasses import dataclass
from typing import ClassVar, Literal, Self

import numpy as np
from pydantic import Field

from omakase import types
from omakase.arrays.graph import NormalizedGraph
from omakase.arrays.signed_weights import SignedWeights
from omakase.arrays.ties import by_count
from omakase.data.dataset import Dataset
from omakase.types import Arrays, Progress, Queries, Scores, silent


class BspmConfig(SignedWeights):
    """Knobs of BSPM."""

    rank: int = Field(default=448, ge=1, description="smooth modes that the low pass lets through")
    low_pass: float = Field(default=0.2, ge=0, description="weight of the low-pass part")
    blur_time: float = Field(default=1.0, ge=0, description="how long the heat spreads, unitless")
    blur_steps: int = Field(default=1, ge=1, description="Euler steps of the blurring")
    sharpen_time: float = Field(
        default=0.3, ge=0, description="how long it is sharpened, unitless; 0: GF-CF"
    )
    sharpen_steps: int = Field(default=1, ge=1, description="Euler steps of the sharpening")
    merge: Literal["early", "late"] = Field(
        default="early", description="low-pass part added before (EM) or after (LM) sharpening"
    )


@dataclass(frozen=True, slots=True)
class Bspm:
    """Heat spreads over the graph from the items chosen, and is then sharpened.

    Blurring solves dr/dt = r P - r, sharpening dr/dt = -r P, both by Euler's steps; the ideal
    low-pass part of the history is added as in GF-CF.

    Paper: Choi et al., "Blurring-Sharpening Process Models for Collaborative Filtering", SIGIR
    2023.
    Differs: Euler's steps only (the paper's Runge-Kutta gave it no more); dislikes are edges of
    weight -1.
    Cost: as GF-CF to fit; each step is one more hop of all scores, 4 · nnz additions a query.

    Attributes:
        graph: symmetric edges and their smoothest modes.
    """

    config_type: ClassVar[type[types.Config]] = BspmConfig
    config: BspmConfig
    graph: NormalizedGraph

    @classmethod
    def fit(
        cls,
        data: Dataset,
        config: BspmConfig,
        *,
        rng: np.random.Generator,
        progress: Progress = silent,
    ) -> Self:
        weights = config.signed(data.matrix)
        graph = NormalizedGraph.of(weights, rank=config.rank, rng=rng, progress=progress)
        return cls(config, graph)

    def score(self, queries: Queries) -> Scores:
        signal = self.config.signed(queries.matrix(len(self.graph))).toarray()
        blurred = self._blur(signal)
        smooth = self.graph.low_passed(signal, self.config.low_pass)
        ties = by_count(self.graph.degrees)
        if self.config.merge == "early":
            return self._sharpen(blurred + smooth) + ties
        return self._sharpen(blurred) + smooth + ties

    def arrays(self) -> Arrays:
        return self.graph.arrays()

    @classmethod
    def from_arrays(cls, arrays: Arrays, config: BspmConfig) -> Self:
        return cls(config, NormalizedGraph.from_arrays(arrays))

    def _blur(self, signal: Scores) -> Scores:
        step = np.float32(self.config.blur_time / self.config.blur_steps)
        for _ in range(self.config.blur_steps):
            signal = signal + step * (self.graph.hop(signal) - signal)
        return signal

    def _sharpen(self, signal: Scores) -> Scores:
        if self.config.sharpen_time == 0:
            return signal
        step = np.float32(self.config.sharpen_time / self.config.sharpen_steps)
        for _ in range(self.config.sharpen_steps):
            signal = signal - step * self.graph.hop(signal)
        return signal
