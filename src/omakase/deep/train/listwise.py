"""Teaching a net the order of candidates, list by list."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from omakase.types import Progress, silent

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Lists:
    """Candidates of Q queries.

    Attributes:
        features: (Q, C, F).
        right: (Q, C) what was taken up; at least one a query.
        known: (Q, C) False where there is no candidate.
        beside: (Q, …) each, what the net is given after the features.
    """

    features: Floats
    right: Mask
    known: Mask
    beside: tuple[NDArray[np.generic], ...] = ()


@contextmanager
def reproducible(rng: np.random.Generator) -> Iterator[None]:
    """Inside, torch's chance follows from `rng`; afterwards it is as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(int(rng.integers(2**31 - 1)))
        yield


def fit_lists(
    net: nn.Module,
    lists: Lists,
    *,
    epochs: int,
    batch: int,
    learning_rate: float,
    weight_decay: float,
    rng: np.random.Generator,
    progress: Progress = silent,
) -> None:
    """Train the net in place by the softmax cross-entropy of each list.

    Paper: Cao et al., "Learning to Rank: From Pairwise Approach to Listwise Approach", ICML 2007.
    Differs: several right candidates share the weight of their list equally.
    """
    optimiser = torch.optim.AdamW(net.parameters(), lr=learning_rate, weight_decay=weight_decay)
    count = len(lists.features)
    steps = max(1, -(-count // batch)) * epochs
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, learning_rate, total_steps=steps)
    net.train()
    for epoch in range(epochs):
        order, total = rng.permutation(count), 0.0
        for start in range(0, count, batch):
            chosen = order[start : start + batch]
            loss = _loss(net, lists, chosen)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            total += float(loss.detach()) * len(chosen)
        progress(epoch + 1, epochs, loss=total / count)
    net.eval()


def _loss(net: nn.Module, lists: Lists, chosen: NDArray[np.int64]) -> Tensor:
    is_known = torch.from_numpy(lists.known[chosen])
    right = torch.from_numpy(lists.right[chosen]).float()
    beside = (torch.from_numpy(part[chosen]) for part in lists.beside)
    scores = net(torch.from_numpy(lists.features[chosen]), *beside)
    odds = scores.masked_fill(~is_known, -1e9).log_softmax(-1)
    return -(odds * right).sum(-1).div(right.sum(-1)).mean()
