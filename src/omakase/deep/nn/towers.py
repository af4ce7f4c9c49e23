"""Two towers: items from what they are, people from the items of their history. F features."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from omakase.deep.nn.dropout import Dropout


class Normalized(nn.Module):
    """A straight line, and a perceptron for what bends."""

    def __init__(self, come: int, hidden: int, go: int, dropout: float) -> None:
        super().__init__()
        self.straight = nn.Linear(come, go, bias=False)
        self.first = nn.Linear(come, hidden)
        self.second = nn.Linear(hidden, go)
        self.drop = Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        """(…, come) -> (…, go)"""
        return self.straight(x) + self.second(self.drop(F.gelu(self.first(self.drop(x)))))


class ItemTower(nn.Module):
    """What an item is -> its vector, of length 1."""

    def __init__(self, features: int, hidden: int, width: int, dropout: float) -> None:
        super().__init__()
        self.net = Normalized(features, hidden, width, dropout)

    def forward(self, features: Tensor) -> Tensor:
        """(R, F) -> (R, D)"""
        return F.normalize(self.net(features), dim=-1)


class UserTower(nn.Module):
    """Vectors of a history's items -> what its owner wants, of length 1 / temperature.

    With attention, an item counts by what it is and by how many events ago it was.
    """

    def __init__(
        self, width: int, hidden: int, length: int, dropout: float, temperature: float, pooling: str
    ) -> None:
        super().__init__()
        attends = pooling == "attention"
        self.telling = nn.Linear(width, 1, bias=False) if attends else None
        self.by_age = nn.Parameter(torch.zeros(length)) if attends else None
        self.net = Normalized(width, hidden, width, dropout)
        self.temperature = temperature

    def forward(self, x: Tensor, real: Tensor) -> Tensor:
        """(B, L, D) item vectors, newest last, and (B, L) false at padding -> (B, D)."""
        weight = torch.zeros_like(x[..., 0])
        if self.telling is not None and self.by_age is not None:
            weight = self.telling(x).squeeze(-1) + self.by_age[-x.shape[1] :]
        share = weight.masked_fill(~real, -1e4).softmax(-1).to(x.dtype) * real
        pooled = (share.unsqueeze(-1) * x).sum(1)  # zero where there is no history
        return F.normalize(self.net(pooled), dim=-1) / self.temperature


class TwoTowers(nn.Module):
    """Both, learnt together.

    Paper: Covington, Adams, Sargin, "Deep Neural Networks for YouTube Recommendations", RecSys
        2016; Yi et al., "Sampling-Bias-Corrected Neural Modeling for Large Corpus Item
        Recommendations", RecSys 2019.
    Differs: no table of items, so an item without events is like any other; a person is known by
        history alone.
    """

    def __init__(self, item: ItemTower, user: UserTower) -> None:
        super().__init__()
        self.item = item
        self.user = user
