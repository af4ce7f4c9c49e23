"""The last item of some users, kept from learning, to see how well it is foretold."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from omakase.deep.train.sequences import Sequences
from omakase.types import PAD, Rows, Scores

Places = NDArray[np.int64]
Scorer = Callable[[Places], Scores]


@dataclass(frozen=True)
class HeldOut:
    """V users' last items.

    Attributes:
        users: (V,) whose they are.
        history: (V, longest) all before the last item, oldest first, PAD on the left.
        targets: (V,) the last items.
    """

    users: Places
    history: Rows
    targets: Rows

    def __len__(self) -> int:
        return len(self.targets)

    @classmethod
    def nobody(cls) -> "HeldOut":
        """Nothing was kept from learning."""
        none = np.empty(0, dtype=np.int64)
        return cls(none, np.empty((0, 1), dtype=np.int32), none.astype(np.int32))

    def asked(self, places: Places) -> Rows:
        """(B, longest of them) the histories of some."""
        history = self.history[places]
        return history[:, (history == PAD).all(axis=0)[:-1].sum() :]

    def ndcg(self, score: Scorer, *, k: int = 10, size: int = 512) -> float:
        """Mean of 1 / log2(1 + rank) where the rank is at most k; what was seen has no rank.

        Args:
            score: (B,) places among the held out to (B, N) scores, which it may lose.
        """
        every = np.arange(len(self))
        parts = [every[start : start + size] for start in range(0, len(self), size)]
        return float(np.concatenate([self._gains(score(part), part, k) for part in parts]).mean())

    def _gains(self, scores: Scores, places: Places, k: int) -> NDArray[np.float64]:
        history, targets = self.asked(places), self.targets[places]
        target_scores = np.take_along_axis(scores, targets[:, None], axis=1)
        rows, positions = np.nonzero(history != PAD)
        scores[rows, history[rows, positions]] = -np.inf
        rank = 1 + (scores > target_scores).sum(axis=1)
        return np.where(rank <= k, 1 / np.log2(1.0 + rank), 0.0)


def hold_out(
    sequences: Sequences, users: int, chance: np.random.Generator
) -> tuple[Sequences, HeldOut]:
    """What is left to learn from, and the last items of at most `users` random sequences.

    Only sequences of three items or more are cut, so that each still has something to learn.
    An item that nothing left to learn from holds is no fair question and is not asked.
    """
    able = np.flatnonzero(sequences.lengths >= 3)
    rows = chance.permutation(able)[:users]
    rows = rows[np.argsort(sequences.lengths[rows], kind="stable")]  # so that little is padded
    targets = sequences.items[sequences.starts[rows + 1] - 1]
    longest = int(sequences.lengths[rows].max(initial=1))
    history = sequences.padded(rows, longest, skip=1)
    learnt = sequences.without_last(rows)
    fair = np.isin(targets, learnt.items)
    return learnt, HeldOut(rows[fair], history[fair], targets[fair])
