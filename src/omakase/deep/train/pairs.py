"""Training of "does this user like this item": events in, vectors and a scoring graph out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from omakase.data.dataset import Dataset
from omakase.deep.nn.export import onnx_graph
from omakase.deep.nn.graph import OnnxGraph
from omakase.deep.nn.pair_scores import PairScores, typical_users
from omakase.deep.nn.pairs import PairNet
from omakase.deep.train.held_out import HeldOut, Places, hold_out
from omakase.deep.train.loop import Batch, train
from omakase.deep.train.plan import FitPlan
from omakase.deep.train.sequences import Sequences
from omakase.deep.train.smaller import smaller_pairs
from omakase.deep.train.warm_start import WarmStart, update_plan, weights_of
from omakase.types import Arrays, Progress, Scores, silent


@dataclass(frozen=True)
class PairExamples:
    """E events to learn from.

    Attributes:
        users, items: (E,) rows.
        liked: (E,) 1 where the event speaks for the item, else 0.
        met: ascending user * n_items + item of every pair that ever met, but for those held out:
            an item that is never drawn for a user would give itself away.
        n_items: size of the catalog.
    """

    users: Places
    items: Places
    liked: NDArray[np.float32]
    met: NDArray[np.int64]
    n_items: int

    @classmethod
    def of(cls, data: Dataset, held: HeldOut) -> "PairExamples":
        """All events but those held out; events of weight 0 say nothing."""
        events, size = data.events, data.n_items
        pairs = events.users.astype(np.int64) * size + events.items
        learnt = ~np.isin(pairs, held.users * size + held.targets)
        is_used = (events.weights != 0) & learnt
        return cls(
            events.users[is_used].astype(np.int64),
            events.items[is_used].astype(np.int64),
            (events.weights[is_used] > 0).astype(np.float32),
            np.unique(pairs[learnt]),
            size,
        )

    def unmet(self, users: Places, count: int, chance: np.random.Generator) -> NDArray[np.int64]:
        """(B, count) items drawn evenly; one that the user has met is drawn again, three times."""
        items = chance.integers(self.n_items, size=(len(users), count))
        for _ in range(3):
            pairs = users[:, None] * self.n_items + items
            index = np.minimum(np.searchsorted(self.met, pairs), len(self.met) - 1)
            again = self.met[index] == pairs
            items[again] = chance.integers(self.n_items, size=int(again.sum()))
        return items


class PairTask:
    """Each event against its sign, and against items drawn at random that the user has not met."""

    def __init__(
        self, net: PairNet, examples: PairExamples, held: HeldOut, negatives: int, batch: int
    ) -> None:
        self.net, self.examples, self.held = net, examples, held
        self.negatives, self.batch = negatives, batch

    def batches(self, chance: np.random.Generator) -> Sequence[Batch]:
        order = chance.permutation(len(self.examples.users))
        return np.array_split(order, max(1, round(len(order) / self.batch)))

    def loss(self, batch: Batch, chance: np.random.Generator) -> Tensor:
        users, liked = self.examples.users[batch], self.examples.liked[batch]
        drawn = self.examples.unmet(users, self.negatives, chance)  # (B, K)
        items = np.concatenate([self.examples.items[batch][:, None], drawn], axis=1)
        labels = np.zeros(items.shape, dtype=np.float32)
        labels[:, 0] = liked
        logits = self._logits(users, items)
        return F.binary_cross_entropy_with_logits(logits.float(), self._tensor(labels))

    def figure(self) -> float | None:
        return self.held.ndcg(self._scores, size=16) if len(self.held) else None

    def _scores(self, places: Places) -> Scores:
        users = self.held.users[places]
        items = np.arange(self.examples.n_items)
        vectors = self.net.item_vectors(self._tensor(items))
        wide = vectors[None].expand(len(users), -1, -1)
        user_vectors = self.net.user_vectors(self._tensor(users))
        return self.net.scorer(user_vectors, wide).float().cpu().numpy()

    def _logits(self, users: Places, items: NDArray[np.int64]) -> Tensor:
        user_vectors = self.net.user_vectors(self._tensor(users))
        item_vectors = self.net.item_vectors(self._tensor(items))
        return self.net.scorer(user_vectors, item_vectors)

    def _tensor(self, array: NDArray[Any]) -> Tensor:
        return torch.from_numpy(array).to(next(self.net.parameters()).device)


class TrainedPairs(NamedTuple):
    """What serves a net of pairs, (epochs, 4) its curve, and what an update begins from."""

    pairs: PairScores
    curve: NDArray[np.float32]
    weights: Arrays


def fit_pairs(
    net: PairNet,
    data: Dataset,
    plan: FitPlan,
    *,
    negatives: int,
    validation_users: int,
    rng: np.random.Generator,
    progress: Progress = silent,
    start: WarmStart | None = None,
) -> TrainedPairs:
    """Train the net.

    Args:
        negatives: items drawn for each event; 0 where the data have dislikes of their own.
        validation_users: users whose last liked item is kept from learning.
        start: weights to begin from; then what came in since is learnt, and a part of the rest.
    """
    seed = int(rng.integers(2**62))
    chance = np.random.default_rng(seed)
    _initialise(net, torch.Generator().manual_seed(seed))
    learnt = data
    if start is not None:
        plan, learnt = update_plan(plan), start.earlier.recent(data, chance)
        start.load_into(net)
    _, validation = hold_out(
        Sequences.of(learnt), validation_users if start is None or plan.int8 else 0, chance
    )
    judged = validation if start is None else HeldOut.nobody()
    task = PairTask(net, PairExamples.of(learnt, validation), judged, negatives, plan.batch)
    curve = train(net, task, plan, seed=seed, progress=progress)
    served = _pair_scores(net, data)
    return TrainedPairs(
        smaller_pairs(served, validation) if plan.int8 else served, curve, weights_of(net)
    )


def _initialise(net: PairNet, stream: torch.Generator) -> None:
    """Tables of width 10^-2 as in the paper, Glorot's numbers for layers; crosses stay zero."""
    for module in net.modules():
        if isinstance(module, torch.nn.Embedding):
            torch.nn.init.normal_(module.weight, std=0.01, generator=stream)
        elif isinstance(module, torch.nn.Linear):
            torch.nn.init.xavier_uniform_(module.weight, generator=stream)
            if module.bias is not None:
                torch.nn.init.zeros_(module.bias)


def _pair_scores(net: PairNet, data: Dataset) -> PairScores:
    with torch.inference_mode():
        users = net.user_vectors(torch.arange(data.n_users)).numpy()
        items = net.item_vectors(torch.arange(data.n_items)).numpy()
    example = {
        "users": torch.zeros(2, users.shape[1]),
        "items": torch.zeros(2, 3, items.shape[1]),
    }
    axes = {"users": ("B",), "items": ("B", "C")}
    graph = onnx_graph(net.scorer, example, "scores", axes)
    return PairScores(users, items, typical_users(users, data.positive), OnnxGraph(graph))
