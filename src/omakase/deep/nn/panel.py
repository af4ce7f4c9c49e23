"""A net that lets the voices on a candidate attend to each other before they are summed up."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from omakase.deep.nn.dropout import Dropout


class Panel(nn.Module):
    """(B, C, F) features in groups -> (B, C) scores; each group is one token.

    Paper: Vaswani et al., "Attention Is All You Need", NeurIPS 2017 (multi-head attention); over
        fields of features: Song et al., "AutoInt", CIKM 2019.
    Differs: a token is a group of features (a model's say, the item, the person, the two), not a
        single field; a plain weighted sum of the features is added.
    """

    def __init__(self, groups: Sequence[int], width: int, heads: int, dropout: float) -> None:
        """`groups` (F,) is the group of each feature, from 0."""
        super().__init__()
        count = max(groups) + 1
        self.heads, self.count, self.width = heads, count, width
        mask = torch.zeros(len(groups), count * width)
        for feature, group in enumerate(groups):
            mask[feature, group * width : (group + 1) * width] = 1
        self.own: Tensor
        self.register_buffer("own", mask)
        self.spell = nn.Parameter(torch.empty(len(groups), count * width))
        nn.init.normal_(self.spell, std=0.3)
        self.names = nn.Parameter(torch.zeros(count, width))
        self.inputs = nn.Linear(width, 3 * width)
        self.output = nn.Linear(width, width)
        self.norm = nn.LayerNorm(width)
        self.drop = Dropout(dropout)
        self.plain = nn.Linear(len(groups), 1)
        self.read = nn.Sequential(nn.Linear(count * width, width), nn.GELU(), nn.Linear(width, 1))

    def forward(self, features: Tensor) -> Tensor:
        """(B, C, F) -> (B, C)"""
        size, length, _ = features.shape
        tokens = features @ (self.spell * self.own)
        tokens = tokens.reshape(size * length, self.count, self.width) + self.names
        tokens = tokens + self.drop(self.attend(self.norm(tokens)))
        encoded = self.read(tokens.reshape(size * length, self.count * self.width))
        return (encoded.reshape(size, length, 1) + self.plain(features)).squeeze(-1)

    def attend(self, tokens: Tensor) -> Tensor:
        rows, count, width = tokens.shape
        parts = self.inputs(tokens).reshape(rows, count, 3, self.heads, width // self.heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4)  # each (rows, H, count, width / H)
        weights = (query @ key.transpose(-1, -2) / (width // self.heads) ** 0.5).softmax(-1)
        return self.output((weights @ value).transpose(1, 2).reshape(rows, count, width))
