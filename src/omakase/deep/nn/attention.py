"""Causal self-attention, and the ways to tell it the order."""

import torch
from torch import Tensor, nn


def causal_mask(real: Tensor) -> Tensor:
    """(B, 1, L, L) true where a position may look: at itself and at real ones before it.

    Args:
        real: (B, L) false at padding.
    """
    positions = torch.arange(real.shape[1], device=real.device)
    causal = positions[:, None] >= positions[None, :]  # (L, L)
    itself = positions[:, None] == positions[None, :]  # so that padding has somewhere to look
    return (causal & real[:, None, None, :]) | itself


class RelativeBias(nn.Module):
    """A learned number for each head and distance, added to the attention logits.

    Paper: Raffel et al., "Exploring the Limits of Transfer Learning", JMLR 2020, section 2.1.
    Differs: one number a distance, no buckets: histories are short.
    """

    def __init__(self, heads: int, length: int) -> None:
        super().__init__()
        self.by_distance = nn.Parameter(torch.zeros(heads, length))

    def forward(self, length: int) -> Tensor:
        """(H, L, L) added to the logit of query row, key column; the future is masked elsewhere."""
        positions = torch.arange(length, device=self.by_distance.device)
        distance = (positions[:, None] - positions[None, :]).clamp(min=0)
        return self.by_distance[:, distance]


def rotated(x: Tensor) -> Tensor:
    """(B, H, L, D) with each pair of dimensions turned by an angle that grows with the position.

    Products of two turned vectors depend on their distance alone.

    Paper: Su et al., "RoFormer: Enhanced Transformer with Rotary Position Embedding", 2021.
    """
    half = x.shape[-1] // 2
    speed = 10_000.0 ** (-torch.arange(half, device=x.device, dtype=torch.float32) / half)
    positions = torch.arange(x.shape[-2], device=x.device, dtype=torch.float32)
    angle = positions[:, None] * speed  # (L, D / 2)
    cos, sin = angle.cos().to(x.dtype), angle.sin().to(x.dtype)
    a, b = x[..., :half], x[..., half:]
    return torch.cat([a * cos - b * sin, a * sin + b * cos], dim=-1)


class SelfAttention(nn.Module):
    """Multi-head attention of a sequence to itself.

    Paper: Vaswani et al., "Attention Is All You Need", NeurIPS 2017.
    Differs: no dropout on the attention weights. Written out: on a CPU, with short histories and
        bfloat16, torch's fused kernel takes two to four times as long.
    """

    def __init__(self, width: int, heads: int, length: int, positions: str) -> None:
        super().__init__()
        self.heads = heads
        self.rotary = positions == "rotary"
        self.relative = RelativeBias(heads, length) if positions == "relative" else None
        self.inputs = nn.Linear(width, 3 * width)
        self.output = nn.Linear(width, width)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """(B, L, D) and (B, 1, L, L), true where one may look -> (B, L, D)."""
        size, length, width = x.shape
        parts = self.inputs(x).view(size, length, 3, self.heads, width // self.heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4)  # each (B, H, L, D / H)
        if self.rotary:
            query, key = rotated(query), rotated(key)
        likeness = query @ key.transpose(-1, -2) / (width // self.heads) ** 0.5  # (B, H, L, L)
        if self.relative is not None:
            likeness = likeness + self.relative(length)
        weights = likeness.masked_fill(~mask, -1e4).softmax(-1).to(value.dtype)
        return self.output((weights @ value).transpose(1, 2).reshape(size, length, width))
