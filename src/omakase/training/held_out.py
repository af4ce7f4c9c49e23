"""The last item of some users, kept from learning, to see how well it is foretold."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from omakase.training.sequences import Sequences
from omakase.types import PAD, Rows, Scores

Scorer = Callable[[Rows], Scores]


@dataclass(frozen=True)
class HeldOut:
    """V users' last items.

    Attributes:
        history: (V, longest) all before the last item, oldest first, PAD on the left.
        targets: (V,) the last items.
    """

    history: Rows
    targets: Rows

    def __len__(self) -> int:
        return len(self.targets)

    def ndcg(self, score: Scorer, *, k: int = 10, size: int = 512) -> float:
        """Mean of 1 / log2(1 + rank) where the rank is at most k; what was seen has no rank.

        Args:
            score: (B, L) histories to (B, N) scores.
        """
        gains = [self._gains(score, slice(b, b + size), k) for b in range(0, len(self), size)]
        return float(np.concatenate(gains).mean())

    def _gains(self, score: Scorer, part: slice, k: int) -> NDArray[np.float64]:
        history, targets = self.history[part], self.targets[part]
        history = history[:, (history == PAD).all(axis=0).sum() :]
        scores = score(history)
        asked, place = np.nonzero(history != PAD)
        own = np.take_along_axis(scores, targets[:, None], axis=1)
        scores[asked, history[asked, place]] = -np.inf
        rank = 1 + (scores > own).sum(axis=1)
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
    return learnt, HeldOut(history[fair], targets[fair])
