"""Everything that a training run would lose if it were killed."""

from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor, nn

from omakase.arrays.names import under_prefix, with_prefix
from omakase.deep.train.checkpoint import State
from omakase.deep.train.team import ALONE, Team

CURVE = ("epoch", "loss", "figure", "seconds")
"""Columns of the curve: `figure` is validation NDCG@10, `seconds` those of the steps alone."""


@dataclass
class TrainState:
    """A net on its way.

    Attributes:
        average: averaged weights, if any are kept.
        seed: from which all chance is drawn.
        team: who else trains it.
        step: steps done, over all epochs.
        losses: those of this epoch so far, in order.
        curve: a row an epoch, columns as in `CURVE`; figure NaN where not validated.
        best: figure of the best weights so far, -inf before the first validation.
        stalled: validations since then.
        halvings: how often the plateau schedule has halved the rate.
    """

    net: nn.Module
    optimizer: torch.optim.Optimizer
    average: dict[str, Tensor] | None
    seed: int
    team: Team = ALONE
    step: int = 0
    losses: list[float] = field(default_factory=list)
    curve: list[tuple[float, ...]] = field(default_factory=list)
    best: float = -np.inf
    best_weights: dict[str, Tensor] = field(default_factory=dict)
    stalled: int = 0
    halvings: int = 0

    def arrays(self) -> State:
        """The whole state."""
        counters = [self.step, self.stalled, self.halvings, self.best]
        return {
            "seed": np.asarray(self.seed),
            "counters": np.asarray(counters, dtype=np.float64),
            "losses": np.asarray(self.losses, dtype=np.float64),
            "curve": np.asarray(self.curve, dtype=np.float64).reshape(-1, len(CURVE)),
            **_prefix_names("net", self.net.state_dict()),
            **_prefix_names("average", self.average or {}),
            **_prefix_names("best", self.best_weights),
            **{
                f"adam.{index}.{name}": tensor.cpu().numpy()
                for index, moments in self.optimizer.state_dict()["state"].items()
                for name, tensor in moments.items()
            },
        }

    def restore(self, state: State) -> None:
        """Inverse of `arrays`, into a run of the same net."""
        step, stalled, halvings, self.best = state["counters"].tolist()
        self.step, self.stalled, self.halvings = int(step), int(stalled), int(halvings)
        self.losses = state["losses"].tolist()
        self.curve = [tuple(row) for row in state["curve"].tolist()]
        device = next(self.net.parameters()).device
        self.net.load_state_dict(_tensors("net", state, device))
        if self.average is not None:
            self.average = _tensors("average", state, device)
        self.best_weights = _tensors("best", state, device)
        moments: dict[int, dict[str, Tensor]] = {}
        for key, tensor in _tensors("adam", state, torch.device("cpu")).items():
            index, name = key.split(".")
            moments.setdefault(int(index), {})[name] = tensor
        self.optimizer.load_state_dict({**self.optimizer.state_dict(), "state": moments})


def _prefix_names(kind: str, tensors: dict[str, Tensor]) -> State:
    return with_prefix(kind, {name: tensor.cpu().numpy() for name, tensor in tensors.items()})


def _tensors(kind: str, state: State, device: torch.device) -> dict[str, Tensor]:
    arrays = under_prefix(kind, state)
    return {name: torch.from_numpy(array.copy()).to(device) for name, array in arrays.items()}
