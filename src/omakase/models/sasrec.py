"""SASRec: the next item from the order of the last ones, by causal self-attention."""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy import sparse

from omakase import types
from omakase.data.dataset import Dataset
from omakase.deep.nn.graph import OnnxGraph
from omakase.deep.nn.shape import Shape
from omakase.deep.train.objective import Objective
from omakase.deep.train.plan import FitPlan
from omakase.features.attributes import attribute_shares
from omakase.types import PAD, Arrays, Progress, Queries, Scores, Vectors, silent


class SasRecConfig(types.Config):
    """Knobs of SASRec."""

    shape: Shape = Field(default=Shape(), description="what the encoder is made of")
    objective: Objective = Field(default=Objective(), description="what it is punished for")
    plan: FitPlan = Field(default=FitPlan(), description="how it is trained")
    attributes: tuple[str, ...] = Field(
        default=(), description="columns of the items, text or lists of it, told to the model"
    )


@dataclass(frozen=True, slots=True)
class SasRec:
    """Item vectors, and a graph that turns a history into the vector of what comes next.

    Paper: Kang, McAuley, "Self-Attentive Sequential Recommendation", ICDM 2018; with the parts of
        Tikhonovich et al., "eSASRec", RecSys 2025 (sampled softmax, LiGR blocks).
    Differs: negatives are shared by a batch; histories of like length are batched together; only
        events of positive weight are learnt from. See `nn` for what else can be switched.
    Cost: an epoch is O(E (D K + D^2 + L D)); an answer O(N D).

    Attributes:
        inputs: (N, D) vectors of the items of a history.
        items: (N, D) vectors of the items that are scored.
        graph: the encoder, served without torch.
        length: newest history items looked at.
        curve: (epochs, 4) epoch, loss, validation NDCG@10, seconds.
    """

    config_type: ClassVar[type[types.Config]] = SasRecConfig
    inputs: Vectors
    items: Vectors
    graph: OnnxGraph
    length: int
    curve: NDArray[np.float32]

    @classmethod
    def fit(
        cls,
        data: Dataset,
        config: SasRecConfig,
        *,
        rng: np.random.Generator,
        progress: Progress = silent,
    ) -> Self:
        from omakase.deep.train.next_item import fit_next_item  # torch: training only

        shares = attribute_shares(data.items, config.attributes)
        arrays = fit_next_item(
            data,
            config.shape,
            config.objective,
            config.plan,
            attributes=sparse.csr_array(sparse.hstack(shares)) if shares else None,
            rng=rng,
            progress=progress,
        )
        return cls.from_arrays(arrays, config)

    def item_vectors(self) -> Vectors:
        return self.items

    def query_vectors(self, queries: Queries) -> Vectors:
        history = queries.liked_history()[:, -self.length :]
        x = self.inputs[np.maximum(history, 0)]  # (B, L, D)
        return self.graph.run(x=x, real=history != PAD)

    def score(self, queries: Queries) -> Scores:
        return self.query_vectors(queries) @ self.items.T

    def arrays(self) -> Arrays:
        return {
            "inputs": self.inputs,
            "items": self.items,
            "graph": self.graph.content,
            "curve": self.curve,
        }

    @classmethod
    def from_arrays(cls, arrays: Arrays, config: SasRecConfig) -> Self:
        graph = OnnxGraph(arrays["graph"])
        return cls(arrays["inputs"], arrays["items"], graph, config.shape.length, arrays["curve"])
