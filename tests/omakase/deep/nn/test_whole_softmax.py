"""The loss in blocks against torch's in one piece: the same figure, the same gradients."""

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from omakase.deep.nn.losses import softmax_loss
from omakase.deep.nn.whole_softmax import WholeSoftmax

T, N, D = 11, 7, 4
CHANCE = torch.Generator().manual_seed(5)
HIDDEN = torch.randn(T, D, generator=CHANCE)
ITEMS = torch.randn(N, D, generator=CHANCE)
TARGETS = torch.randint(0, N, (T,), generator=CHANCE)


def leaves(dtype: torch.dtype = torch.float32) -> tuple[Tensor, Tensor]:
    return (
        HIDDEN.to(dtype).clone().requires_grad_(),
        ITEMS.to(dtype).clone().requires_grad_(),
    )


def in_one_piece(hidden: Tensor, items: Tensor, smoothing: float) -> Tensor:
    return F.cross_entropy((hidden @ items.T).float(), TARGETS, label_smoothing=smoothing)


@pytest.mark.parametrize("smoothing", [0.0, 0.3])
@pytest.mark.parametrize("block", [1, 4, 11, 100])
def test_loss_and_gradients_are_those_of_one_piece(block, smoothing):
    ours, theirs = leaves(), leaves()
    loss = WholeSoftmax.apply(*ours, TARGETS, smoothing, block)
    expected = in_one_piece(*theirs, smoothing)
    torch.testing.assert_close(loss, expected)
    loss.backward()
    expected.backward()
    for a, b in zip(ours, theirs, strict=True):
        torch.testing.assert_close(a.grad, b.grad)


def test_a_loss_that_is_scaled_has_scaled_gradients():
    ours, theirs = leaves(), leaves()
    (3 * WholeSoftmax.apply(*ours, TARGETS, 0.0, 4)).backward()
    (3 * in_one_piece(*theirs, 0.0)).backward()
    torch.testing.assert_close(ours[0].grad, theirs[0].grad)
    torch.testing.assert_close(ours[1].grad, theirs[1].grad)


def test_large_logits_do_not_overflow():
    ours = leaves()
    loss = WholeSoftmax.apply(1000 * ours[0], ours[1], TARGETS, 0.0, 4)
    torch.testing.assert_close(loss, in_one_piece(1000 * HIDDEN, ITEMS, 0.0))
    loss.backward()
    assert torch.isfinite(ours[0].grad).all()


def test_half_precision_is_near():
    """bfloat16 keeps three digits; the gradient of items is summed in float32."""
    ours, theirs = leaves(torch.bfloat16), leaves()
    loss = WholeSoftmax.apply(*ours, TARGETS, 0.0, 4)
    assert loss.dtype == torch.float32
    loss.backward()
    expected = in_one_piece(*theirs, 0.0)
    expected.backward()
    assert loss.item() == pytest.approx(expected.item(), rel=0.02)
    assert ours[1].grad.dtype == torch.bfloat16
    torch.testing.assert_close(ours[1].grad.float(), theirs[1].grad, rtol=0.05, atol=0.01)


def test_mixed_precision_gives_gradients_in_the_numbers_of_the_weights():
    ours = leaves()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        loss = softmax_loss(*ours, TARGETS)
    loss.backward()
    assert loss.dtype == ours[0].grad.dtype == ours[1].grad.dtype == torch.float32
    assert loss.item() == pytest.approx(in_one_piece(HIDDEN, ITEMS, 0.0).item(), rel=0.02)


def test_a_step_down_the_gradient_lowers_the_loss():
    hidden, items = leaves()
    loss = softmax_loss(hidden, items, TARGETS)
    loss.backward()
    after = softmax_loss(hidden - 0.1 * hidden.grad, items - 0.1 * items.grad, TARGETS)
    assert after < loss
