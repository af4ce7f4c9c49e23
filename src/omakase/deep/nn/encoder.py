"""Histories to vectors: the net of SASRec."""

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import sparse
from torch import Tensor, nn
from torch.nn import functional as F

from omakase.deep.nn.attention import causal_mask
from omakase.deep.nn.blocks import block
from omakase.deep.nn.dropout import Dropout
from omakase.deep.nn.shape import Shape


class SequenceEncoder(nn.Module):
    """Vectors of a history's items -> what should come after each of its places.

    Gets the vectors and not the rows of items, so that the table stays outside an exported graph.
    """

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        learned = shape.positions == "learned"
        self.places = nn.Parameter(torch.zeros(shape.length, shape.width)) if learned else None
        self.blocks = nn.ModuleList(block(shape) for _ in range(shape.blocks))
        self.norm = nn.LayerNorm(shape.width)
        self.drop = Dropout(shape.dropout)

    def forward(self, x: Tensor, real: Tensor) -> Tensor:
        """(B, L, D) item vectors, (B, L) false at padding on the left -> (B, L, D)."""
        if self.places is not None:
            x = x + self.places[-x.shape[1] :]  # the newest is always at the last place
        x = self.drop(x) * real.unsqueeze(-1)
        mask = causal_mask(real)
        for layer in self.blocks:
            x = layer(x, mask)
        return self.norm(x)


class ItemTable(nn.Module):
    """One vector an item: its own, and the mean of those of its attributes.

    Differs: attributes of items are added on both sides, history and answer; S3-Rec and its
        followers (Zhou et al., CIKM 2020) learn them by tasks of their own.
    """

    named: Tensor
    share: Tensor

    def __init__(self, n_items: int, width: int, shares: sparse.csr_array | None = None) -> None:
        super().__init__()
        self.own = nn.Parameter(torch.zeros(n_items, width))
        self.shared = None
        if shares is not None:
            self.shared = nn.Parameter(torch.zeros(shares.shape[1], width))
            named, share = _as_table(shares)
            self.register_buffer("named", torch.from_numpy(named), persistent=False)
            self.register_buffer("share", torch.from_numpy(share), persistent=False)

    def forward(self, rows: Tensor | None = None) -> Tensor:
        """(R, D) of the item rows asked for, or (N, D) of all."""
        embeddings = self.own if rows is None else self.own[rows]
        if self.shared is None:
            return embeddings
        named = self.named if rows is None else self.named[rows]
        share = self.share if rows is None else self.share[rows]
        return embeddings + F.embedding_bag(
            named, self.shared, per_sample_weights=share, mode="sum"
        )


def _as_table(shares: sparse.csr_array) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """(N, M) attributes of each item and their shares; unused places have share 0."""
    counts = np.diff(shares.indptr)
    named = np.zeros((len(counts), max(1, int(counts.max(initial=0)))), dtype=np.int64)
    share = np.zeros(named.shape, dtype=np.float32)
    used = np.arange(named.shape[1]) < counts[:, None]
    named[used], share[used] = shares.indices, shares.data
    return named, share


class LastPlace(nn.Module):
    """The encoder as it is served: one vector a history, ready for a dot product."""

    def __init__(self, encoder: SequenceEncoder) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, x: Tensor, real: Tensor) -> Tensor:
        """(B, L, D) and (B, L) -> (B, D)"""
        return comparison_vectors(self.encoder(x, real)[:, -1], self.encoder.shape)


def comparison_vectors(hidden: Tensor, shape: Shape) -> Tensor:
    """(…, D) as it enters the dot product: under cosine, of length 1 / temperature."""
    return F.normalize(hidden, dim=-1) / shape.temperature if shape.cosine else hidden


def answers(table: Tensor, shape: Shape) -> Tensor:
    """(N, D) item vectors as they enter the dot product: under cosine, of length 1."""
    return F.normalize(table, dim=-1) if shape.cosine else table


def initialise(net: nn.Module, stream: torch.Generator, std: float = 0.02) -> None:
    """Small normal numbers for every table, Glorot's for layers; biases stay zero."""
    for name, parameter in net.named_parameters():
        if parameter.dim() < 2:
            if name.endswith("bias"):
                nn.init.zeros_(parameter)
        elif name.endswith("weight"):
            nn.init.xavier_uniform_(parameter, generator=stream)
        else:
            nn.init.normal_(parameter, std=std, generator=stream)
