"""Content: people get what resembles what they took, by what the items are."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from pydantic.config import JsonDict
from scipy import sparse

from omakase import types
from omakase.arrays.gather import dots_at, masked_at
from omakase.data.dataset import Dataset
from omakase.data.ids import Vocabulary
from omakase.features.content import FeatureBlock, blocks, dense_block, stacked, texts
from omakase.text.sentences import sentence_vectors
from omakase.text.tokens import Way
from omakase.types import PAD, Arrays, Progress, Queries, Rows, Scores, Vectors, Weights, silent

FIXED: Final[JsonDict] = {"search": False}
POPULARITY: Final[JsonDict] = {"search": {"low": 1e-4, "high": 0.1, "log": True}}


class ContentConfig(types.Config):
    """Knobs of the content model."""

    factors: int = Field(
        default=256, ge=1, description="length of the vectors after SVD; at most the rank"
    )
    fusion: Literal["concatenate", "weighted", "attention"] = Field(
        default="concatenate",
        description="kinds of knowledge side by side, by `weights`, or by how much each one varies",
    )
    weights: dict[str, float] = Field(
        default_factory=dict,
        description="kind (text, category, brand, tags, price, year, attributes, vectors) to its "
        "share when weighted; 1 where not named",
        json_schema_extra=FIXED,
    )
    words: Way = Field(
        default="auto",
        description="text by words, by Korean morphemes, or by what the letters suggest",
        json_schema_extra=FIXED,
    )
    phrases: int = Field(
        default=2, ge=1, le=3, description="longest run of words that is a term of its own"
    )
    price_bands: int = Field(default=8, ge=1, description="bands of equally many prices")
    sentences: str = Field(
        default="",
        description="folder of a sentence-transformers model for the texts; empty for none",
        json_schema_extra=FIXED,
    )
    last_events: int = Field(default=100, ge=1, description="events that make the profile")
    half_life_events: float = Field(
        default=50.0, gt=0, description="events after which one counts half"
    )
    learns: bool = Field(
        default=True, description="learn from events which features go together; else plain cosine"
    )
    l2_users: float = Field(
        default=0.03, gt=0, description="ridge on the profiles, as a share of their mean energy"
    )
    l2_items: float = Field(
        default=0.05, gt=0, description="ridge on the items, as a share of their mean energy"
    )
    popularity: float = Field(
        default=0.003,
        ge=0,
        description="score of one standard deviation of (foretold) log popularity beside taste",
        json_schema_extra=POPULARITY,
    )


@dataclass(frozen=True)
class Content:
    """Item vectors from knowledge alone, and a metric between them learnt from events.

    The score of item j is p' A v_j + popularity, where p is the mean of the vectors of the last
    events, faded, v_j the item's own vector, and A minimises, over all histories X,
    |X V A V' - (X without each item itself)|^2 with ridges. An item without events has a vector
    like any other; its popularity is foretold from it.

    Paper: profiles: Pazzani and Billsus, "Content-based recommendation systems", 2007; a metric
        from events: Gantner et al., "Learning attribute-to-feature mappings for cold-start
        recommendations", ICDM 2010.
    Differs: the mapping goes from features to co-use directly, in closed form, without factors.
    Cost: SVD of the (N, F) features, O(nnz · D); the metric, O(events · D + (U + N) · D^2).

    Attributes:
        vectors: (N, D + 1) float32: what an item is, and last its popularity, the standardised log
            of its events, foretold where there are none.
        metric: (D, D) float32.
        features: (N, F) CSR, for reasons.
        names: (F,) what each feature is, in words.
    """

    config_type: ClassVar[type[types.Config]] = ContentConfig
    config: ContentConfig
    vectors: Vectors
    metric: NDArray[np.float32]
    features: sparse.csr_array
    names: Sequence[str]

    @classmethod
    def fit(
        cls,
        data: Dataset,
        config: ContentConfig,
        *,
        rng: np.random.Generator,
        progress: Progress = silent,
    ) -> Self:
        features, names = _features(data, config)
        progress(1, 3)
        reduced = reduce_features(features, config.factors, rng)
        progress(2, 3)
        used = binary(data.positive)
        metric = fit_metric(used, reduced, config) if config.learns else np.eye(reduced.shape[1])
        prior = _prior(np.bincount(used.indices, minlength=data.n_items), reduced)
        progress(3, 3)
        vectors = np.column_stack([reduced, prior]).astype(np.float32)
        return cls(config, vectors, metric.astype(np.float32), features, names)

    def score(self, queries: Queries) -> Scores:
        return self.query_vectors(queries) @ self.vectors.T

    def score_items(self, queries: Queries, items: Rows) -> Scores:
        """(B, C) as `score`, for a few items."""
        return dots_at(self.query_vectors(queries), self.vectors, items)

    def item_vectors(self) -> Vectors:
        """(N, D + 1)"""
        return self.vectors

    def query_vectors(self, queries: Queries) -> Vectors:
        """(B, D + 1); without a history only popularity counts."""
        profile = self._profile(queries)
        taste = np.asarray(profile @ self.vectors)[:, :-1] @ self.metric
        nothing = np.diff(profile.indptr) == 0
        popularity = np.where(nothing, np.float32(1), np.float32(self.config.popularity))
        return np.column_stack([taste, popularity])

    def contributions(self, queries: Queries, items: Rows) -> Scores:
        """(B, C, L): they add up to the score without its popularity."""
        weights = self._fade(queries)
        places = (self.vectors[queries.history, :-1] @ self.metric) * weights[:, :, None]
        parts = np.einsum("bcd,bld->bcl", self.vectors[items, :-1], places)
        return masked_at(parts, items, 0.0)

    def matched(self, queries: Queries, items: Rows, n: int = 3) -> list[list[list[str]]]:
        """For each of (B, C) items, at most n features it shares with the history, best first."""
        profile = self._profile(queries).maximum(0) @ self.features
        return [
            [self._common(profile[[b]], item, n) for item in line] for b, line in enumerate(items)
        ]

    def arrays(self) -> Arrays:
        words = Vocabulary.of(self.names).arrays()
        return {
            "vectors": self.vectors,
            "metric": self.metric,
            "feature_values": self.features.data,
            "feature_columns": self.features.indices,
            "feature_starts": self.features.indptr,
            "names": words["utf8"],
            "name_ends": words["ends"],
        }

    @classmethod
    def from_arrays(cls, arrays: Arrays, config: ContentConfig) -> Self:
        names = Vocabulary.from_arrays({"utf8": arrays["names"], "ends": arrays["name_ends"]}).ids
        parts = (arrays["feature_values"], arrays["feature_columns"], arrays["feature_starts"])
        shape = (len(arrays["vectors"]), len(names))
        features = sparse.csr_array(parts, shape=shape)
        return cls(config, arrays["vectors"], arrays["metric"], features, names)

    def _profile(self, queries: Queries) -> sparse.csr_array:
        """(B, N): how much each item of the history counts."""
        weights = self._fade(queries)
        rows, columns = np.nonzero(weights)
        cells = (weights[rows, columns], (rows, queries.history[rows, columns]))
        return sparse.csr_array(cells, shape=(len(queries), len(self.vectors)))

    def _fade(self, queries: Queries) -> Weights:
        """(B, L): signs of the last events, faded; their absolute values add up to 1."""
        age = np.arange(queries.history.shape[1])[::-1]
        fading = np.where(
            age < self.config.last_events, 0.5 ** (age / self.config.half_life_events), 0
        )
        faded = np.sign(queries.weights) * fading * (queries.history != PAD)
        total = np.abs(faded).sum(axis=1, keepdims=True)
        return (faded / np.maximum(total, 1e-12)).astype(np.float32)

    def _common(self, wanted: sparse.csr_array, item: int, n: int) -> list[str]:
        if item == PAD:
            return []
        both = sparse.csr_array(wanted.multiply(self.features[[item]]))
        order = np.argsort(-both.data, kind="stable")
        best = [column for column in order if both.data[column] > 0][:n]
        return [self.names[column] for column in both.indices[best]]


def _features(data: Dataset, config: ContentConfig) -> tuple[sparse.csr_array, Sequence[str]]:
    """(N, F) and F names; one empty column for items that nothing is known of."""
    parts = list(
        blocks(data.items, way=config.words, phrases=config.phrases, bands=config.price_bands)
    )
    if config.sentences:
        vectors = sentence_vectors(texts(data.items), Path(config.sentences))
        parts.append(dense_block("sentence", vectors))
    if not parts:
        return sparse.csr_array((data.n_items, 1), dtype=np.float32), ["nothing"]
    return stacked(parts, _shares(parts, config))


def _shares(parts: Sequence[FeatureBlock], config: ContentConfig) -> list[float]:
    """The weight of each kind of knowledge."""
    if config.fusion == "weighted":
        return [config.weights.get(part.name, 1.0) for part in parts]
    if config.fusion == "attention":
        return attention_shares([_variance(part.matrix) for part in parts])
    return [1.0] * len(parts)


def _variance(matrix: sparse.csr_array) -> float:
    """How far the items are from their mean; 0 when all are the same."""
    mean = np.asarray(matrix.mean(axis=0)).ravel()
    return float(matrix.multiply(matrix).sum() / matrix.shape[0] - mean @ mean)


def attention_shares(variances: Sequence[float]) -> list[float]:
    """Softmax, times the number of kinds, so that the mean weight is 1."""
    powers = np.exp(np.asarray(variances) - max(variances))
    return list(len(variances) * powers / powers.sum())


def reduce_features(features: sparse.csr_array, factors: int, rng: np.random.Generator) -> Vectors:
    """(N, D) whose products are those of the features as nearly as D columns allow."""
    rank = min(factors, min(features.shape))
    if rank >= min(features.shape) - 1:
        basis, sizes, _ = np.linalg.svd(features.toarray(), full_matrices=False)
        basis, sizes = basis[:, :rank], sizes[:rank]
    else:
        first = rng.standard_normal(min(features.shape))
        from scipy.sparse.linalg import svds  # learning only: 8 MB that serving does without

        basis, sizes, _ = svds(features.astype(np.float64), k=rank, v0=first)
    return np.asarray(basis * sizes, dtype=np.float32)


def binary(matrix: sparse.csr_array) -> sparse.csr_array:
    ones = np.ones(matrix.nnz, dtype=np.float32)
    return sparse.csr_array((ones, matrix.indices, matrix.indptr), shape=matrix.shape)


def fit_metric(
    used: sparse.csr_array, vectors: Vectors, config: ContentConfig
) -> NDArray[np.float64]:
    """(D, D): with Y = X V, (Y'WY + l)^-1 (Y'WY - V' diag V) (V'V + m)^-1.

    Every person weighs 1 / sqrt(events); the middle term leaves out each item's own event, which
    would only teach that an item resembles itself.
    """
    events = np.maximum(np.diff(used.indptr), 1)
    weight = events**-0.5
    sums = (used @ vectors).astype(np.float64)  # (U, D)
    together = sums.T @ (sums * weight[:, None])
    alone = vectors.T @ (vectors * (used.T @ weight)[:, None])
    warm = vectors[np.bincount(used.indices, minlength=len(vectors)) > 0].astype(np.float64)
    metric = np.linalg.solve(_add_ridge(together, config.l2_users), together - alone)
    return np.asarray(np.linalg.solve(_add_ridge(warm.T @ warm, config.l2_items), metric.T).T)


def _add_ridge(square: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    energy = max(float(np.trace(square)) / len(square), 1e-9)
    return np.asarray(square + share * energy * np.eye(len(square)), dtype=np.float64)


def _prior(counts: NDArray[np.int64], vectors: Vectors) -> NDArray[np.float64]:
    """(N,) log of events, standardised over the items that have any; foretold for the others."""
    has_events = counts > 0
    if not has_events.any():
        return np.zeros(len(counts))
    logs = np.log1p(counts[has_events])
    standard = (logs - logs.mean()) / max(float(logs.std()), 1e-9)
    warm = vectors[has_events].astype(np.float64)
    slope = np.linalg.solve(_add_ridge(warm.T @ warm, 1.0), warm.T @ standard)
    prior = np.asarray(vectors @ slope, dtype=np.float64)
    prior[has_events] = standard
    return prior
