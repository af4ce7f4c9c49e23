"""Cross-entropy over the whole catalog that never holds all of its logits."""

from typing import Any

import torch
from torch import Tensor

BLOCK = 512
"""Positions at a time: their logits against a few thousand items stay in the cache."""


class WholeSoftmax(torch.autograd.Function):
    """Mean cross-entropy, block by block; the gradient is computed on the way.

    T × N logits do not fit a cache: written out, most of the time goes into reading and writing
    them. A block's logits are turned into its share of the gradient at once and forgotten.
    Cost: three products O(T N D), memory O(block N).
    """

    @staticmethod
    def forward(
        ctx: Any, hidden: Tensor, items: Tensor, targets: Tensor, smoothing: float, block: int
    ) -> Tensor:
        """(T, D) and (N, D) in the same numbers, (T,) item rows -> a scalar in float32."""
        by_hidden = torch.empty_like(hidden)
        by_items = torch.zeros(items.shape, dtype=torch.float32, device=items.device)
        loss = torch.zeros((), device=items.device)
        for start in range(0, len(hidden), block):
            part = slice(start, start + block)
            sum_loss, slope = _block(hidden[part] @ items.T, targets[part, None], smoothing)
            loss += sum_loss
            slope = slope.to(hidden.dtype)
            by_hidden[part] = slope @ items
            by_items += slope.T @ hidden[part]
        ctx.save_for_backward(by_hidden, by_items)
        return loss / len(hidden)

    @staticmethod
    def backward(ctx: Any, *slopes: Tensor) -> tuple[Tensor | None, ...]:
        """The kept gradients, as large as the caller says."""
        by_hidden, by_items = ctx.saved_tensors
        share = slopes[0] / len(by_hidden)
        return by_hidden * share, (by_items * share).to(by_hidden.dtype), None, None, None


def _block(logits: Tensor, targets: Tensor, smoothing: float) -> tuple[Tensor, Tensor]:
    """Sum of the losses of (B, N) logits with (B, 1) targets, and its slope by each logit."""
    logits = logits.float()
    spread = smoothing / logits.shape[1]
    target = logits.gather(1, targets)
    mean = (1 - smoothing) * target + spread * logits.sum(1, keepdim=True) if spread else target
    top = logits.amax(1, keepdim=True)
    share = logits.sub_(top).exp_()
    total = share.sum(1, keepdim=True)
    loss = (total.log() + top - mean).sum()
    slope = share.div_(total)
    if spread:
        slope -= spread
    return loss, slope.scatter_add_(1, targets, torch.full_like(target, smoothing - 1))
