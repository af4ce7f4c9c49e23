"""Stacking by gradient-boosted trees that are taught the order of lists."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from omakase import types
from omakase.arrays.kernel import kernel
from omakase.errors import CapabilityError
from omakase.features.codes import NO_CODES, Codes
from omakase.stacking.examples import Features, StackExamples
from omakase.types import Arrays, Progress, Scores, silent

NODES = ("roots", "feature", "threshold", "left", "right", "leaves")


class TreesConfig(types.Config):
    """Knobs of boosted trees."""

    trees: int = Field(default=150, ge=1, description="trees, one after another")
    leaves: int = Field(default=15, ge=2, description="leaves of a tree")
    learning_rate: float = Field(
        default=0.05, gt=0, le=1, description="share of a tree that counts"
    )
    least: int = Field(default=50, ge=1, description="candidates in a leaf, at least")
    l2: float = Field(default=5.0, ge=0, description="penalty on the squared values of leaves")
    feature_share: float = Field(
        default=0.7, gt=0, le=1, description="share of the features each tree may look at"
    )
    depth_measured: int = Field(
        default=10, ge=1, description="places of a list whose order is learnt (NDCG at this)"
    )


@dataclass(frozen=True, slots=True)
class Trees:
    """A sum of decision trees, learnt with LightGBM by lambdarank, evaluated without it.

    Paper: Burges, "From RankNet to LambdaRank to LambdaMART: An Overview", MSR-TR-2010-82;
        Ke et al., "LightGBM", NeurIPS 2017.
    Cost: an answer is O(trees log leaves) a candidate. Learning needs the extra `rank`.

    Attributes:
        roots: (T,) the node each tree begins with; below 0: the leaf ~root at once.
        feature, threshold: (M,) what an inner node asks: is feature <= threshold?
        left, right: (M,) the next node for yes and for no; below 0: the leaf ~value.
        leaves: (V,) float64 values.
    """

    config_type: ClassVar[type[types.Config]] = TreesConfig
    coded: ClassVar[bool] = False
    roots: NDArray[np.int32]
    feature: NDArray[np.int32]
    threshold: NDArray[np.float64]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    leaves: NDArray[np.float64]

    @classmethod
    def fit(
        cls,
        examples: StackExamples,
        config: TreesConfig,
        *,
        rng: np.random.Generator,
        progress: Progress = silent,
    ) -> Self:
        samples = examples.telling()
        booster = _boost(samples, config, int(rng.integers(2**31 - 1)))
        return cls.of(booster.dump_model())

    @classmethod
    def of(cls, model: Mapping[str, Any]) -> Self:
        """From what LightGBM's `dump_model` gives."""
        grown = _TreeEnsemble([], [], [], [], [], [])
        for tree in model["tree_info"]:
            grown.roots.append(grown.add(tree["tree_structure"]))
        return cls(
            np.asarray(grown.roots, dtype=np.int32),
            np.asarray(grown.feature, dtype=np.int32),
            np.asarray(grown.threshold, dtype=np.float64),
            np.asarray(grown.left, dtype=np.int32),
            np.asarray(grown.right, dtype=np.int32),
            np.asarray(grown.leaves, dtype=np.float64),
        )

    def score(self, features: Features, codes: Codes = NO_CODES) -> Scores:
        flat = np.ascontiguousarray(features.reshape(-1, features.shape[-1]))
        total = np.zeros(len(flat), dtype=np.float64)
        _sum(
            flat,
            self.roots,
            self.feature,
            self.threshold,
            self.left,
            self.right,
            self.leaves,
            total,
        )
        return total.reshape(features.shape[:-1]).astype(np.float32)

    def arrays(self) -> Arrays:
        return {name: getattr(self, name) for name in NODES}

    @classmethod
    def from_arrays(cls, arrays: Arrays, config: TreesConfig) -> Self:
        return cls(*(arrays[name] for name in NODES))


@dataclass(frozen=True, slots=True)
class _TreeEnsemble:
    """The trees so far."""

    roots: list[int]
    feature: list[int]
    threshold: list[float]
    left: list[int]
    right: list[int]
    leaves: list[float]

    def add(self, node: Mapping[str, Any]) -> int:
        """The number of the node, or ~ that of its leaf."""
        if "leaf_value" in node:
            self.leaves.append(float(node["leaf_value"]))
            return ~(len(self.leaves) - 1)
        place = len(self.feature)
        self.feature.append(int(node["split_feature"]))
        self.threshold.append(float(node["threshold"]))
        self.left.append(0)
        self.right.append(0)
        self.left[place] = self.add(node["left_child"])
        self.right[place] = self.add(node["right_child"])
        return place


def _boost(told: StackExamples, config: TreesConfig, seed: int) -> Any:
    try:
        import lightgbm
    except ImportError as error:
        reason = "boosted trees are learnt with LightGBM: pip install omakase-recsys[rank]"
        raise CapabilityError(reason) from error
    table = lightgbm.Dataset(
        told.features[told.known],
        label=told.right[told.known].astype(np.int32),
        group=told.known.sum(axis=1),
        weight=None if told.weights is None else told.weights[told.known],
        params={"verbose": -1},
    )
    knobs = {
        "objective": "lambdarank",
        "lambdarank_truncation_level": config.depth_measured,
        "num_leaves": config.leaves,
        "learning_rate": config.learning_rate,
        "min_data_in_leaf": config.least,
        "lambda_l2": config.l2,
        "feature_fraction": config.feature_share,
        "use_missing": False,  # features are finite; a plain comparison is all there is
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
        "seed": seed,
        "verbose": -1,
    }
    return lightgbm.train(knobs, table, num_boost_round=config.trees)


@kernel
def _sum(
    features: NDArray[np.float32],
    roots: NDArray[np.int32],
    feature: NDArray[np.int32],
    threshold: NDArray[np.float64],
    left: NDArray[np.int32],
    right: NDArray[np.int32],
    leaves: NDArray[np.float64],
    total: NDArray[np.float64],
) -> None:
    for row in range(len(features)):
        for root in roots:
            node = root
            while node >= 0:
                low = np.float64(features[row, feature[node]]) <= threshold[node]
                node = left[node] if low else right[node]
            total[row] += leaves[~node]
