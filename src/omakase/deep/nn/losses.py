"""Losses of "which item comes next". T positions, each with one target among N items."""

import torch
from torch import Tensor
from torch.nn import functional as F

from omakase.deep.nn.whole_softmax import BLOCK, WholeSoftmax


def softmax_loss(hidden: Tensor, items: Tensor, targets: Tensor, smoothing: float = 0.0) -> Tensor:
    """Mean cross-entropy over the whole catalog.

    Args:
        hidden: (T, D).
        items: (N, D).
        targets: (T,) item rows.
        smoothing: share of the target's probability that is spread over all items.
    """
    device = hidden.device.type
    mixed = torch.is_autocast_enabled(device)
    numbers = torch.get_autocast_dtype(device) if mixed else hidden.dtype
    loss: Tensor = WholeSoftmax.apply(
        hidden.to(numbers), items.to(numbers), targets, smoothing, BLOCK
    )
    return loss


def sampled_softmax_loss(
    hidden: Tensor, items: Tensor, targets: Tensor, negatives: Tensor, log_q: Tensor
) -> Tensor:
    """Mean cross-entropy of the target against K negatives that all positions share.

    Each logit is lowered by the log of how often its item is drawn, so that the sampled loss
    tends to the whole one; a negative that is the target does not count.

    Paper: Bengio, Senécal, "Adaptive Importance Sampling", 2008; Yi et al., "Sampling-Bias-
        Corrected Neural Modeling", RecSys 2019 (logQ).

    Args:
        negatives: (K,) item rows.
        log_q: (N,) log of the expected number of times that an item is drawn; zeros: no correction.
    """
    positive = (hidden * items[targets]).sum(-1).float()  # (T,)
    against = (hidden @ items[negatives].T).float() - log_q[negatives]  # (T, K)
    against = against.masked_fill(negatives == targets[:, None], -torch.inf)
    logits = torch.cat([positive[:, None], against], dim=1)  # the target is column 0
    return F.cross_entropy(logits, torch.zeros_like(targets))


def gbce_loss(
    hidden: Tensor,
    items: Tensor,
    targets: Tensor,
    negatives: Tensor,
    calibration: float,
    n_items: int,
) -> Tensor:
    """Binary cross-entropy whose positive is raised to a power, against overconfidence.

    Paper: Petrov, Macdonald, "gSASRec: Reducing Overconfidence in Sequential Recommendation
        Trained with Negative Sampling", RecSys 2023, equations 9 and 10.
    Differs: the K negatives are shared by all positions.

    Args:
        calibration: t of the paper; 0 is plain binary cross-entropy, 1 fully calibrated.
        n_items: size of the catalog, of which `items` may be a part.
    """
    rate = len(negatives) / max(1, n_items - 1)
    power = rate * (calibration * (1 - 1 / rate) + 1 / rate)
    positive = (hidden * items[targets]).sum(-1).float()
    against = (hidden @ items[negatives].T).float()
    against = against.masked_fill(negatives == targets[:, None], -torch.inf)
    return (F.softplus(against).sum(-1) - power * F.logsigmoid(positive)).mean()
