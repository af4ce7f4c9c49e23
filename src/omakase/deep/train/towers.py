"""Training of two towers: what items are and who took them in, item vectors and a graph out."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from omakase.data.dataset import Dataset
from omakase.deep.nn.encoder import initialise
from omakase.deep.nn.export import onnx_graph
from omakase.deep.nn.losses import sampled_softmax_loss
from omakase.deep.nn.towers import ItemTower, TwoTowers, UserTower
from omakase.deep.train.held_out import HeldOut, Places, hold_out
from omakase.deep.train.loop import Batch, train
from omakase.deep.train.sequences import Sequences
from omakase.deep.train.smaller import smaller_histories
from omakase.deep.train.tower_knobs import TowerKnobs
from omakase.errors import EmptyData
from omakase.types import PAD, Arrays, Progress, Rows, Scores, Vectors, silent

STRANGERS: Final = 0.02
"""Share of histories that are hidden."""


class TowerTask:
    """Each history is cut anywhere; what comes after the cut is told from items drawn by lot."""

    def __init__(
        self, net: TwoTowers, features: Vectors, learnt: Sequences, held: HeldOut, knobs: TowerKnobs
    ) -> None:
        self.net, self.learnt, self.held, self.knobs = net, learnt, held, knobs
        self.features = torch.from_numpy(features)
        counts = np.bincount(learnt.items, minlength=len(features))
        share = np.maximum(counts, 0.5) ** knobs.popularity
        share /= share.sum()
        self.cumulative = np.cumsum(share)
        expected = knobs.correction * np.log(knobs.negatives * share)
        self.log_q = torch.from_numpy(expected.astype(np.float32))

    def batches(self, chance: np.random.Generator) -> Sequence[Batch]:
        able = np.flatnonzero(self.learnt.lengths > 1)
        # a long history is cut more than once
        times = np.ceil(self.learnt.lengths[able] / (4 * self.knobs.targets)).astype(np.int64)
        order = chance.permutation(np.repeat(able, times))
        return np.array_split(order, max(1, round(len(order) / self.knobs.plan.batch)))

    def loss(self, batch: Batch, chance: np.random.Generator) -> Tensor:
        history, following = self.cut(batch, chance)
        drawn = np.searchsorted(self.cumulative, chance.random(self.knobs.negatives))
        negatives = np.minimum(drawn, len(self.log_q) - 1)
        wanted = following[following != PAD]
        parts = (np.maximum(history, 0).ravel(), wanted, negatives)
        # each item that takes part climbs the tower once
        present, positions = np.unique(np.concatenate(parts), return_inverse=True)
        vectors = self.net.item(self._tensor(self.features[present]))
        where = np.split(positions, np.cumsum([len(part) for part in parts])[:-1])
        inputs, targets, against = (self._tensor(rows) for rows in where)
        users = self.net.user(vectors[inputs.view(history.shape)], self._tensor(history != PAD))
        owner = self._tensor(np.nonzero(following != PAD)[0])
        log_q = self._tensor(self.log_q[present])
        return sampled_softmax_loss(users[owner], vectors, targets, against, log_q)

    def cut(self, batch: Batch, chance: np.random.Generator) -> tuple[Rows, Rows]:
        """(B, L) what was before a place drawn by lot, and (B, T) what came next, PAD left.

        Some histories are hidden, so that what a stranger gets is learnt too.
        """
        starts, counts = self.learnt.starts[batch], self.learnt.lengths[batch]
        cut_points = starts + 1 + (chance.random(len(batch)) * (counts - 1)).astype(np.int64)
        starts_before = np.maximum(starts, cut_points - self.knobs.length)
        ends_after = np.minimum(starts + counts, cut_points + self.knobs.targets)
        history = self._between(starts_before, cut_points)
        history[chance.random(len(batch)) < STRANGERS] = PAD
        return history, self._between(cut_points, ends_after)

    def figure(self) -> float | None:
        return self.held.ndcg(self._scores) if len(self.held) else None

    def _scores(self, places: Places) -> Scores:
        items = self.net.item(self._tensor(self.features))
        history = self.held.asked(places)[:, -self.knobs.length :]
        x = items[self._tensor(np.maximum(history, 0).astype(np.int64))]
        user_vectors = self.net.user(x, self._tensor(history != PAD))
        return (user_vectors @ items.T).float().cpu().numpy()

    def _between(self, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> Rows:
        positions = ends[:, None] - np.arange(int((ends - starts).max()), 0, -1)
        inside = positions >= starts[:, None]
        return np.where(inside, self.learnt.items[np.maximum(positions, 0)], np.int32(PAD))

    def _tensor(self, array: NDArray[Any] | Tensor) -> Tensor:
        return torch.as_tensor(array).to(next(self.net.parameters()).device)


def fit_towers(
    data: Dataset,
    features: Vectors,
    knobs: TowerKnobs,
    *,
    rng: np.random.Generator,
    progress: Progress = silent,
) -> Arrays:
    """Trained arrays: `items` (N, D), `graph` (bytes of ONNX) of the user's tower, `curve`.

    Args:
        features: (N, F) what is known of each item.

    Raises:
        EmptyData: no user has two items.
    """
    seed = int(rng.integers(2**62))
    chance = np.random.default_rng(seed)
    learnt, validation = hold_out(Sequences.of(data), knobs.validation_users, chance)
    if not (learnt.lengths > 1).any():
        raise EmptyData("no user has two liked items: there is nothing to learn taste from")
    net = TwoTowers(
        ItemTower(features.shape[1], knobs.hidden, knobs.width, knobs.dropout),
        UserTower(
            knobs.width,
            knobs.hidden,
            knobs.length,
            knobs.dropout,
            knobs.temperature,
            knobs.pooling,
        ),
    )
    initialise(net, torch.Generator().manual_seed(seed))
    with torch.no_grad():  # at the start a person is the mean of their history
        net.user.net.straight.weight.copy_(torch.eye(knobs.width))
    task = TowerTask(net, features, learnt, validation, knobs)
    curve = train(net, task, knobs.plan, seed=seed, progress=progress)
    arrays = export_towers(net, features)
    served = smaller_histories(arrays, validation, knobs.length) if knobs.plan.int8 else arrays
    return {**served, "curve": curve}


def export_towers(net: TwoTowers, features: Vectors) -> Arrays:
    """What serving needs."""
    with torch.inference_mode():
        items = net.item(torch.from_numpy(features)).numpy()
    example = {
        "x": torch.zeros(1, 2, items.shape[1]),
        "real": torch.ones(1, 2, dtype=torch.bool),
    }
    axes = {"x": ("B", "L"), "real": ("B", "L")}
    return {"items": items, "graph": onnx_graph(net.user, example, "query", axes)}
