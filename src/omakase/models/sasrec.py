"""SASRec: the next item from the order of the last ones, by causal self-attention."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy import sparse

from omakase import types
from omakase.arrays.names import under_prefix, with_prefix
from omakase.data.dataset import Dataset
from omakase.data.earlier_fit import EarlierFit, shared_rows
from omakase.deep.nn.graph import OnnxGraph
from omakase.deep.nn.shape import Shape
from omakase.deep.train.objective import Objective
from omakase.deep.train.plan import WEIGHTS, FitPlan
from omakase.features.attributes import attribute_keys, attribute_shares
from omakase.types import PAD, Arrays, Progress, Queries, Scores, Vectors, silent

if TYPE_CHECKING:
    from omakase.deep.train.warm_start import WarmStart

KEYS: Final = "attribute_keys"
"""Among the weights: which attributes the rows of the shared table stand for."""


class SasRecConfig(types.Config):
    """Knobs of SASRec."""

    shape: Shape = Field(default=Shape(), description="what the encoder is made of")
    objective: Objective = Field(default=Objective(), description="what it is punished for")
    plan: FitPlan = Field(default=FitPlan(), description="how it is trained")
    attributes: tuple[str, ...] = Field(
        default=(), description="columns of the items, text or lists of it, told to the model"
    )

    def validated_by(self, users: int) -> Self:
        """The same, with the last items of that many users kept from learning."""
        objective = self.objective.model_copy(update={"validation_users": users})
        return self.model_copy(update={"objective": objective})


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
        weights: of the net by name, from which an update begins, without those that `inputs` are.
    """

    config_type: ClassVar[type[types.Config]] = SasRecConfig
    inputs: Vectors
    items: Vectors
    graph: OnnxGraph
    length: int
    curve: NDArray[np.float32]
    weights: Arrays

    @classmethod
    def fit(
        cls,
        data: Dataset,
        config: SasRecConfig,
        *,
        rng: np.random.Generator,
        progress: Progress = silent,
    ) -> Self:
        return cls._learnt(data, config, None, rng, progress)

    @classmethod
    def refit(
        cls,
        previous: Self,
        earlier: EarlierFit,
        data: Dataset,
        config: SasRecConfig,
        *,
        rng: np.random.Generator,
        progress: Progress = silent,
    ) -> Self:
        """From the weights of `previous`: see `protocols.WarmStarts`."""
        from omakase.deep.train.warm_start import WarmStart  # torch: training only

        if not previous.weights:  # of a release that kept none
            return cls.fit(data, config, rng=rng, progress=progress)
        keys = previous.weights.get(KEYS, np.empty(0, np.uint64))
        rows = shared_rows(keys, attribute_keys(data.items, config.attributes))
        start = WarmStart(
            {"table.own": previous.inputs, **previous.weights},
            earlier,
            {"table.own": (earlier.items, None), "table.shared": (rows, None)},
        )
        return cls._learnt(data, config, start, rng, progress)

    @classmethod
    def _learnt(
        cls,
        data: Dataset,
        config: SasRecConfig,
        start: "WarmStart | None",
        rng: np.random.Generator,
        progress: Progress,
    ) -> Self:
        from omakase.deep.train.next_item import fit_next_item  # torch: training only
        from omakase.deep.train.together import fit_together, is_shared_out

        if start is None and is_shared_out(processes := config.plan.processes):
            arrays = fit_together(cls, data, config, processes, rng=rng, progress=progress)
            return cls.from_arrays(arrays, config)
        shares = attribute_shares(data.items, config.attributes)
        arrays = fit_next_item(
            data,
            config.shape,
            config.objective,
            config.plan,
            attributes=sparse.csr_array(sparse.hstack(shares)) if shares else None,
            rng=rng,
            progress=progress,
            start=start,
        )
        keys = attribute_keys(data.items, config.attributes)
        return cls.from_arrays({**arrays, f"{WEIGHTS}.{KEYS}": keys}, config)

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
            **with_prefix(WEIGHTS, self.weights),
        }

    @classmethod
    def from_arrays(cls, arrays: Arrays, config: SasRecConfig) -> Self:
        graph = OnnxGraph(arrays["graph"])
        weights = under_prefix(WEIGHTS, arrays)
        length, curve = config.shape.length, arrays["curve"]
        return cls(arrays["inputs"], arrays["items"], graph, length, curve, weights)
