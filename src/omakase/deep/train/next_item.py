"""Training of "which item comes next": sequences in, item vectors and an encoder graph out."""

from collections.abc import Sequence

import numpy as np
import torch
from scipy import sparse
from torch import Tensor, nn

from omakase.arrays.names import with_prefix
from omakase.data.dataset import Dataset
from omakase.deep.nn.encoder import (
    ItemTable,
    LastPlace,
    SequenceEncoder,
    answers,
    comparison_vectors,
    initialise,
)
from omakase.deep.nn.export import onnx_graph
from omakase.deep.nn.losses import gbce_loss, sampled_softmax_loss, softmax_loss
from omakase.deep.nn.shape import Shape
from omakase.deep.train.cooccurrence import cooccurrence_vectors
from omakase.deep.train.held_out import HeldOut, Places, hold_out
from omakase.deep.train.loop import Batch, train
from omakase.deep.train.objective import Objective
from omakase.deep.train.plan import WEIGHTS, FitPlan
from omakase.deep.train.sequences import Sequences, bucketed
from omakase.deep.train.smaller import smaller_histories
from omakase.deep.train.warm_start import WarmStart, update_plan, weights_of
from omakase.errors import EmptyData
from omakase.types import PAD, Arrays, Progress, Rows, Scores, silent


class NextItem(nn.Module):
    """A table of items, and an encoder of histories over it."""

    def __init__(self, n_items: int, shape: Shape, shares: sparse.csr_array | None = None) -> None:
        super().__init__()
        self.shape = shape
        self.table = ItemTable(n_items, shape.width, shares)
        self.encoder = SequenceEncoder(shape)

    def forward(self, history: Tensor, table: Tensor) -> Tensor:
        """(B, L) item rows, PAD on the left, and (N, D) -> (B, L, D), ready for a dot product."""
        hidden = self.encoder(table[history.clamp(min=0)], history != PAD)
        return comparison_vectors(hidden, self.shape)


class NextItemTask:
    """Every item of every sequence, told from those before it."""

    def __init__(
        self, net: NextItem, learnt: Sequences, held: HeldOut, objective: Objective, batch: int
    ) -> None:
        self.net, self.held, self.objective, self.batch = net, held, objective, batch
        self.learnt = learnt.windows(net.shape.length)
        counts = np.bincount(learnt.items, minlength=len(net.table.own))
        share = np.maximum(counts, 0.5) ** objective.popularity
        share /= share.sum()
        self.cumulative = np.cumsum(share)
        expected = objective.correction * np.log(objective.negatives * share)
        self.log_q = torch.from_numpy(expected.astype(np.float32))

    def batches(self, chance: np.random.Generator) -> Sequence[Batch]:
        return bucketed(self.learnt.lengths, self.batch, chance)

    def loss(self, batch: Batch, chance: np.random.Generator) -> Tensor:
        padded = self.learnt.padded(batch, self.net.shape.length + 1)
        rows, history = (
            self._tensor(padded),
            self._tensor(self.visible_history(padded[:, :-1], chance)),
        )
        following, real = rows[:, 1:], history != PAD
        if self.objective.loss == "softmax":
            table = self.net.table()
            return self._whole(self.net(history, table)[real], table, following[real])
        drawn = np.searchsorted(self.cumulative, chance.random(self.objective.negatives))
        negatives = self._tensor(np.minimum(drawn, len(self.log_q) - 1))
        # only the rows of the table that take part are computed
        rows_used = torch.cat([rows.flatten().clamp(min=0), negatives])
        present, positions = torch.unique(rows_used, return_inverse=True)
        local = positions[: rows.numel()].view_as(rows)
        table = self.net.table(present)
        hidden = self.net(torch.where(real, local[:, :-1], PAD), table)[real]
        return self._sample_loss(
            hidden, table, local[:, 1:][real], positions[rows.numel() :], self.log_q[present.cpu()]
        )

    def visible_history(self, history: Rows, chance: np.random.Generator) -> Rows:
        """(B, L) as a step sees it: items left out at random, never the newest.

        Paper: Xie et al., "Contrastive Learning for Sequential Recommendation", ICDE 2022, item
            mask.
        Differs: nobody attends to what is left out, nothing is asked at its place, and there is
            no contrastive loss.
        """
        if not self.objective.left_out:
            return history
        gone = chance.random(history.shape) < self.objective.left_out
        gone[:, -1:] = False
        return np.where(gone, np.int32(PAD), history)

    def _whole(self, hidden: Tensor, table: Tensor, targets: Tensor) -> Tensor:
        return softmax_loss(
            hidden, answers(table, self.net.shape), targets, self.objective.smoothing
        )

    def _sample_loss(
        self, hidden: Tensor, table: Tensor, targets: Tensor, negatives: Tensor, log_q: Tensor
    ) -> Tensor:
        items = answers(table, self.net.shape)
        if self.objective.loss == "gbce":
            calibration, size = self.objective.calibration, len(self.log_q)
            return gbce_loss(hidden, items, targets, negatives, calibration, size)
        return sampled_softmax_loss(hidden, items, targets, negatives, log_q.to(table.device))

    def figure(self) -> float | None:
        return self.held.ndcg(self._scores) if len(self.held) else None

    def _scores(self, places: Places) -> Scores:
        table, history = self.net.table(), self.held.asked(places)
        hidden = self.net(self._tensor(history[:, -self.net.shape.length :]), table)[:, -1]
        return (hidden @ answers(table, self.net.shape).T).float().cpu().numpy()

    def _tensor(self, rows: np.ndarray[tuple[int, ...], np.dtype[np.integer]]) -> Tensor:
        return torch.from_numpy(rows.astype(np.int64)).to(self.net.table.own.device)


def fit_next_item(
    data: Dataset,
    shape: Shape,
    objective: Objective,
    plan: FitPlan,
    *,
    attributes: sparse.csr_array | None,
    rng: np.random.Generator,
    progress: Progress = silent,
    start: WarmStart | None = None,
) -> Arrays:
    """Trained arrays: `inputs` and `items` (N, D), `graph` (bytes of ONNX), `curve`, `weights.…`.

    Args:
        attributes: (N, A) share of each attribute in an item; none: items are told by row alone.
        start: weights to begin from; then what came in since is learnt, and a part of the rest.

    Raises:
        EmptyData: no user has two items in a row.
    """
    seed = int(rng.integers(2**62))
    chance = np.random.default_rng(seed)
    if start is not None:
        plan, data = update_plan(plan), start.earlier.recent(data, chance)
    held_out = objective.validation_users if start is None or plan.int8 else 0
    learnt, validation = hold_out(Sequences.of(data), held_out, chance)
    if not (learnt.lengths > 1).any():
        raise EmptyData("no user has two liked items: there is no next item to learn")
    net = NextItem(data.n_items, shape, attributes)
    stream = torch.Generator().manual_seed(seed)
    initialise(net, stream)
    if start is not None:
        start.load_into(net)
    elif objective.initial == "cooccurrence":
        _start_from_cooccurrence(net, learnt, chance)
    task = NextItemTask(
        net, learnt, validation if start is None else HeldOut.nobody(), objective, plan.batch
    )
    curve = train(net, task, plan, seed=seed, progress=progress)
    arrays = export_net(net)
    served = smaller_histories(arrays, validation, shape.length) if plan.int8 else arrays
    weights = weights_of(net, without=("table.own",) if attributes is None else ())
    return {**served, "curve": curve, **with_prefix(WEIGHTS, weights)}


def _start_from_cooccurrence(net: NextItem, learnt: Sequences, chance: np.random.Generator) -> None:
    """Item vectors keep the size that they have, and get the directions of what occurs together."""
    embeddings = net.table.own
    vectors = torch.from_numpy(
        cooccurrence_vectors(learnt, len(embeddings), embeddings.shape[1], chance)
    )
    with torch.no_grad():
        size = embeddings.std()
        embeddings[:, : vectors.shape[1]] += vectors * (size / vectors.std())


def export_net(net: NextItem) -> Arrays:
    """What serving needs; under cosine the vectors of the answer differ from those that go in."""
    with torch.inference_mode():
        table = net.table()
        items = answers(table, net.shape)
    example = {"x": torch.zeros(1, 2, net.shape.width), "real": torch.ones(1, 2, dtype=torch.bool)}
    axes = {"x": ("B", "L"), "real": ("B", "L")}
    return {
        "inputs": table.detach().numpy(),
        "items": items.detach().numpy(),
        "graph": onnx_graph(LastPlace(net.encoder).train(net.training), example, "query", axes),
    }
