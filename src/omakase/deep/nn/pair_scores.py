"""Serving of models that score a user and an item by a net, from vectors made beforehand."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import sparse

from omakase.deep.nn.graph import OnnxGraph
from omakase.types import PAD, Arrays, Queries, Rows, Scores, Vectors

BLOCK_FLOATS: Final = 2**22
"""Numbers of item vectors that one call of the graph may hold, 16 MiB."""


@dataclass(frozen=True)
class PairScores:
    """Vectors of users and items, and the graph that scores two of them.

    A user of training has a vector of their own. Anyone else gets the mean of the typical users
    of their history, or of everyone where there is no history.

    Attributes:
        users: (U, D1).
        items: (N, D2).
        typical: (N, D1) mean vector of those who liked the item.
        graph: users (B, D1) and items (B, C, D2) to scores (B, C).
    """

    users: Vectors
    items: Vectors
    typical: Vectors
    graph: OnnxGraph

    def score(self, queries: Queries) -> Scores:
        """(B, N)"""
        step = max(1, BLOCK_FLOATS // self.items.shape[1])
        parts = [self.items[start : start + step] for start in range(0, len(self.items), step)]
        return np.concatenate(
            [
                np.concatenate([self._scores(user, part[None]) for part in parts], axis=1)
                for user in self._vectors(queries)[:, None]
            ]
        )

    def score_items(self, queries: Queries, items: Rows) -> Scores:
        """(B, C) scores of (B, C) item rows, -inf at PAD."""
        users = self._vectors(queries)[:, None]
        chosen = self.items[np.maximum(items, 0)]
        scores = [self._scores(u, i[None]) for u, i in zip(users, chosen, strict=True)]
        return np.where(items == PAD, np.float32(-np.inf), np.concatenate(scores))

    def arrays(self) -> Arrays:
        """All that must be saved."""
        return {
            "users": self.users,
            "items": self.items,
            "typical": self.typical,
            "graph": self.graph.content,
        }

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> "PairScores":
        """Inverse of `arrays`."""
        return cls(arrays["users"], arrays["items"], arrays["typical"], OnnxGraph(arrays["graph"]))

    def _scores(self, users: Vectors, items: Vectors) -> Scores:
        return self.graph.run(users=users, items=items)

    def _vectors(self, queries: Queries) -> Vectors:
        """(B, D1)"""
        is_known = (queries.users >= 0) & (queries.users < len(self.users))
        liked = queries.matrix(len(self.items))
        liked.data = (liked.data > 0).astype(np.float32)
        count = liked.sum(axis=1)
        stranger = (liked @ self.typical) / np.maximum(count, 1)[:, None]
        stranger[count == 0] = self.users.mean(axis=0)
        vectors = self.users[np.where(is_known, queries.users, 0)]
        return np.where(is_known[:, None], vectors, stranger).astype(np.float32)


def typical_users(users: Vectors, liked: sparse.csr_array) -> Vectors:
    """(N, D1) mean of the vectors of those who liked each item; of all users where nobody did.

    Args:
        liked: (U, N) positive where a user liked an item.
    """
    ones = liked.copy()
    ones.data = np.ones_like(ones.data)
    count = ones.sum(axis=0)
    typical = np.asarray(ones.T @ users) / np.maximum(count, 1)[:, None]
    typical[count == 0] = users.mean(axis=0)
    return typical.astype(np.float32)
