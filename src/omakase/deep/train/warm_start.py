"""Nets that begin from the weights of an earlier fit instead of from chance."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from omakase.data.earlier_fit import EarlierFit
from omakase.deep.train.plan import FitPlan
from omakase.types import PAD, Arrays, Rows

Axes = tuple[Rows | None, ...]
"""For each axis of a weight the row of the earlier fit for each of now; None: they are the same."""


@dataclass(frozen=True)
class WarmStart:
    """Weights to begin from.

    Attributes:
        weights: of the earlier fit, by the names of the net's parameters and buffers.
        earlier: its rows.
        axes: of weights whose rows stand for users, items or attributes. A weight that is not
            named and has another shape now begins from chance.
    """

    weights: Arrays
    earlier: EarlierFit
    axes: Mapping[str, Axes] = field(default_factory=dict)

    def load_into(self, net: nn.Module) -> None:
        """Put what was learnt into the net, in place; rows that are new keep what they have."""
        state = {name: tensor.cpu().numpy() for name, tensor in net.state_dict().items()}
        carried = {name: self._carried(name, fresh) for name, fresh in state.items()}
        net.load_state_dict({name: torch.from_numpy(array) for name, array in carried.items()})

    def _carried(self, name: str, fresh: NDArray[np.generic]) -> NDArray[np.generic]:
        weight = self.weights.get(name)
        axes = self.axes.get(name, (None,) * fresh.ndim)
        if weight is None or weight.ndim != fresh.ndim:
            return fresh
        if any(
            m is None and a != b for m, a, b in zip(axes, weight.shape, fresh.shape, strict=True)
        ):
            return fresh
        maps = [
            np.arange(size) if rows is None else rows
            for rows, size in zip(axes, fresh.shape, strict=True)
        ]
        merged = np.array(fresh)  # of no axes, too
        region = np.ix_(*(np.flatnonzero(rows != PAD) for rows in maps))
        merged[region] = weight[np.ix_(*(rows[rows != PAD] for rows in maps))]
        return merged


def update_plan(plan: FitPlan) -> FitPlan:
    """How a net is trained that begins from an earlier fit: shortly, and in smaller steps.

    Nothing validates it: what was held out of the earlier fit is not what is held out now.
    """
    changes = {
        "epochs": plan.update_epochs,
        "learning_rate": plan.learning_rate * plan.update_rate,
        "schedule": "constant",
        "warmup_steps": 0,
        "checkpoint_folder": None,
    }
    return plan.model_copy(update=changes)


def weights_of(net: nn.Module, *, without: tuple[str, ...] = ()) -> Arrays:
    """Everything that a net has learnt, by name, but for weights that lie elsewhere already."""
    state = net.state_dict()
    return {
        name: tensor.detach().cpu().numpy() for name, tensor in state.items() if name not in without
    }
