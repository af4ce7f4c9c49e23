"""The attention hybrid: models, content and context look at each other, candidate by candidate."""

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from omakase import types
from omakase.deep.nn.graph import OnnxGraph
from omakase.features.codes import NO_CODES, Codes
from omakase.stacking.examples import Features, StackExamples
from omakase.stacking.standard import Standard
from omakase.types import Arrays, Progress, Scores, silent


class AttentionStackConfig(types.Config):
    """Knobs of the attention hybrid."""

    width: int = Field(default=16, ge=1, description="dimensions of the vector of each voice")
    heads: int = Field(default=4, ge=1, description="attention heads; divide the width")
    dropout: float = Field(default=0.1, ge=0, lt=1, description="share of attention dropped")
    epochs: int = Field(default=15, ge=1, description="passes over the lists")
    batch: int = Field(default=64, ge=1, description="lists a step")
    learning_rate: float = Field(default=3e-3, gt=0, description="largest step")
    weight_decay: float = Field(default=1e-2, ge=0, description="pull of the weights to zero")
    candidates: int = Field(
        default=60, ge=2, description="candidates of a list learnt from: the right ones, and others"
    )

    @model_validator(mode="after")
    def _heads_divide_the_width(self) -> Self:
        if self.width % self.heads:
            raise ValueError(f"{self.heads} heads do not divide a width of {self.width}")
        return self


@dataclass(frozen=True)
class AttentionStack:
    """Multi-head attention over the collaborative, content and context voices on a candidate.

    Paper: see `nn.panel`.
    Differs: features are standardised over the examples and held within five deviations.
    Cost: an answer is O(G^2 width) a candidate for G groups of features, in ONNX Runtime.

    Attributes:
        content: bytes of the net as an ONNX graph, served without torch.
        standard: what brings the features to one scale.
    """

    config_type: ClassVar[type[types.Config]] = AttentionStackConfig
    coded: ClassVar[bool] = False
    content: NDArray[np.uint8]
    standard: Standard

    @classmethod
    def fit(
        cls,
        examples: StackExamples,
        config: AttentionStackConfig,
        *,
        rng: np.random.Generator,
        progress: Progress = silent,
    ) -> Self:
        import torch  # training only

        from omakase.deep.nn.export import onnx_graph
        from omakase.deep.nn.panel import Panel
        from omakase.deep.train.listwise import Lists, fit_lists, reproducible

        samples = examples.telling().thinned(config.candidates, rng)
        standard = Standard.of(samples)
        lists = Lists(standard.scaled(samples.features), samples.right, samples.known)
        with reproducible(rng):
            net = Panel(_groups(samples.names), config.width, config.heads, config.dropout)
            fit_lists(
                net,
                lists,
                epochs=config.epochs,
                batch=config.batch,
                learning_rate=config.learning_rate,
                weight_decay=config.weight_decay,
                rng=rng,
                progress=progress,
            )
        example = {"features": torch.zeros(2, 1, len(samples.names))}
        return cls(onnx_graph(net, example, "score", {"features": ("B",)}), standard)

    def score(self, features: Features, codes: Codes = NO_CODES) -> Scores:
        flat = self.standard.scaled(features).reshape(-1, 1, features.shape[-1])
        if not len(flat):
            return np.zeros(features.shape[:-1], dtype=np.float32)
        return self._graph.run(features=flat).reshape(features.shape[:-1])

    def arrays(self) -> Arrays:
        return {"content": self.content, **self.standard.arrays()}

    @classmethod
    def from_arrays(cls, arrays: Arrays, config: AttentionStackConfig) -> Self:
        return cls(arrays["content"], Standard.from_arrays(arrays))

    @cached_property
    def _graph(self) -> OnnxGraph:
        return OnnxGraph(self.content)


def _groups(names: tuple[str, ...]) -> list[int]:
    """The group of each feature, by what stands before the last dot."""
    groups = [name.rpartition(".")[0] for name in names]
    number = {group: n for n, group in enumerate(dict.fromkeys(groups))}
    return [number[group] for group in groups]
