"""Nets that score a user and an item together. F features.

Each has three parts: `user_vectors` and `item_vectors`, which can be computed once for all rows,
and `scorer`, which is all that runs at a request.
"""

from abc import ABC, abstractmethod
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from omakase.deep.nn.dropout import Dropout


class PairNet(nn.Module, ABC):
    """What a pair model hands to training and to export.

    Attributes:
        scorer: users (B, D1) and items (B, C, D2) to scores (B, C).
    """

    scorer: nn.Module

    @abstractmethod
    def user_vectors(self, rows: Tensor) -> Tensor:
        """(B,) user rows to (B, D1)."""

    @abstractmethod
    def item_vectors(self, rows: Tensor) -> Tensor:
        """(…) item rows to (…, D2)."""


class Tower(nn.Module):
    """Layers that narrow, each with batch norm, ReLU and dropout."""

    def __init__(self, widths: tuple[int, ...], dropout: float) -> None:
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in pairwise(widths))
        self.norms = nn.ModuleList(nn.BatchNorm1d(width) for width in widths)
        self.drop = Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        """(B, widths[0]), not yet activated -> (B, widths[-1]), activated."""
        x = self.drop(F.relu(self.norms[0](x)))
        for layer, norm in zip(self.layers, self.norms[1:], strict=True):
            x = self.drop(F.relu(norm(layer(x))))
        return x


class NeuMfScorer(nn.Module):
    """Products of the first `width` dimensions beside a tower over the sum of the rest."""

    def __init__(self, width: int, hidden: tuple[int, ...], dropout: float) -> None:
        super().__init__()
        self.width = width
        self.tower = Tower(hidden, dropout) if hidden else None
        self.output = nn.Linear(width + (hidden[-1] if hidden else 0), 1)

    def forward(self, users: Tensor, items: Tensor) -> Tensor:
        """(B, D1) and (B, C, D2) -> (B, C)"""
        size, count = items.shape[:2]
        users = users[:, None]
        parts = []
        if self.width:
            parts.append((users[..., : self.width] * items[..., : self.width]).flatten(0, 1))
        if self.tower is not None:
            both = users[..., self.width :] + items[..., self.width :]
            parts.append(self.tower(both.flatten(0, 1)))
        return self.output(torch.cat(parts, dim=-1)).view(size, count)


class NeuMfPairs(PairNet):
    """Generalised matrix factorisation beside a multi-layer perceptron, with tables of their own.

    Paper: He et al., "Neural Collaborative Filtering", WWW 2017.
    Differs: batch norm and dropout in the perceptron; no pretraining of the halves. The first
        layer is two, one a side, added: the same function, and most of it can be computed before.
    """

    def __init__(
        self,
        n_users: int,
        n_items: int,
        width: int,
        hidden: tuple[int, ...],
        dropout: float,
        parts: str,
    ) -> None:
        super().__init__()
        product = width if parts != "perceptron" else 0
        layers = hidden if parts != "product" else ()
        deep = width if layers else 0
        self.product = product
        self.users = nn.Embedding(n_users, product + deep)
        self.items = nn.Embedding(n_items, product + deep)
        self.first_user = nn.Linear(deep, layers[0]) if layers else None
        self.first_item = nn.Linear(deep, layers[0], bias=False) if layers else None
        self.scorer = NeuMfScorer(product, layers, dropout)

    def user_vectors(self, rows: Tensor) -> Tensor:
        """(B,) -> (B, width + hidden[0])"""
        return _half_way(self.users(rows), self.product, self.first_user)

    def item_vectors(self, rows: Tensor) -> Tensor:
        """(…) -> (…, width + hidden[0])"""
        return _half_way(self.items(rows), self.product, self.first_item)


def _half_way(x: Tensor, product: int, first: nn.Linear | None) -> Tensor:
    """The dimensions of the product as they are, the rest through their half of the first layer."""
    if first is None:
        return x
    return torch.cat([x[..., :product], first(x[..., product:])], dim=-1)


class WideDeepScorer(nn.Module):
    """The wide part is a product of features, the deep part a tower."""

    def __init__(self, n_features: int, hidden: tuple[int, ...], dropout: float) -> None:
        super().__init__()
        self.n_features = n_features
        self.tower = Tower(hidden, dropout)
        self.output = nn.Linear(hidden[-1], 1)

    def forward(self, users: Tensor, items: Tensor) -> Tensor:
        """(B, D) and (B, C, D) -> (B, C); D is features, then one for the user, then hidden[0]."""
        size, count = items.shape[:2]
        users, f = users[:, None], self.n_features
        wide = (users[..., : f + 1] * items[..., : f + 1]).sum(-1)
        both = users[..., f + 1 :] + items[..., f + 1 :]
        return wide + self.output(self.tower(both.flatten(0, 1))).view(size, count)


class WideDeepPairs(PairNet):
    """A linear model over crossed features beside a perceptron over embedded ones.

    Paper: Cheng et al., "Wide & Deep Learning for Recommender Systems", DLRS 2016.
    Differs: the crosses of a user's and an item's features are the entries of a matrix between
        them, so the wide part is one product; only the pairs of columns that were asked for are
        free, the others are held at zero. Both parts learn by one AdamW.
    """

    user_features: Tensor
    item_features: Tensor
    crossed: Tensor

    def __init__(
        self,
        user_features: NDArray[np.float32],
        item_features: NDArray[np.float32],
        crossed: NDArray[np.float32],
        width: int,
        hidden: tuple[int, ...],
        dropout: float,
    ) -> None:
        """From (U, F1) and (N, F2) features; `crossed` (F1, F2) is 1 where a cross is learnt."""
        super().__init__()
        for name, table in (
            ("user_features", user_features),
            ("item_features", item_features),
            ("crossed", crossed),
        ):
            self.register_buffer(name, torch.from_numpy(table), persistent=False)
        self.users = nn.Embedding(len(user_features), width)
        self.items = nn.Embedding(len(item_features), width)
        self.crosses = nn.Parameter(torch.zeros(crossed.shape))
        self.of_user = nn.Parameter(torch.zeros(crossed.shape[0]))
        self.of_item = nn.Parameter(torch.zeros(crossed.shape[1]))
        self.first_user = nn.Linear(width + crossed.shape[0], hidden[0])
        self.first_item = nn.Linear(width + crossed.shape[1], hidden[0], bias=False)
        self.scorer = WideDeepScorer(crossed.shape[1], hidden, dropout)

    def user_vectors(self, rows: Tensor) -> Tensor:
        """(B,) -> (B, F2 + 1 + hidden[0])"""
        features = self.user_features[rows]
        crosses = features @ (self.crosses * self.crossed) + self.of_item
        alone = (features @ self.of_user)[..., None]
        first = self.first_user(torch.cat([self.users(rows), features], dim=-1))
        return torch.cat([crosses, alone, first], dim=-1)

    def item_vectors(self, rows: Tensor) -> Tensor:
        """(…) -> (…, F2 + 1 + hidden[0])"""
        features = self.item_features[rows]
        one = features.new_ones(*rows.shape, 1)
        first = self.first_item(torch.cat([self.items(rows), features], dim=-1))
        return torch.cat([features, one, first], dim=-1)
