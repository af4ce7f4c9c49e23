"""Losses against their definitions, one position at a time."""

import math

import pytest
import torch

from omakase.deep.nn.losses import gbce_loss, sampled_softmax_loss, softmax_loss

T, N, D = 6, 9, 4
CHANCE = torch.Generator().manual_seed(3)
HIDDEN = torch.randn(T, D, generator=CHANCE)
ITEMS = torch.randn(N, D, generator=CHANCE)
TARGETS = torch.tensor([0, 1, 2, 3, 4, 5])
LOGITS = (HIDDEN @ ITEMS.T).tolist()
NONE = torch.zeros(N)


def log_sum(values: list[float]) -> float:
    return math.log(sum(map(math.exp, values)))


def test_softmax_is_minus_the_log_of_the_targets_share():
    expected = sum(log_sum(row) - row[t] for row, t in zip(LOGITS, TARGETS, strict=True)) / T
    assert softmax_loss(HIDDEN, ITEMS, TARGETS).item() == pytest.approx(expected, rel=1e-5)


def test_smoothing_spreads_the_target():
    def smooth(row: list[float], t: int) -> float:
        return sum((0.1 / N + 0.9 * (i == t)) * (log_sum(row) - s) for i, s in enumerate(row))

    expected = sum(smooth(row, int(t)) for row, t in zip(LOGITS, TARGETS, strict=True)) / T
    assert softmax_loss(HIDDEN, ITEMS, TARGETS, 0.1).item() == pytest.approx(expected, rel=1e-5)


def test_all_items_as_negatives_are_the_whole_softmax():
    """The target among the negatives is struck out, so nothing counts twice."""
    sampled = sampled_softmax_loss(HIDDEN, ITEMS, TARGETS, torch.arange(N), NONE)
    torch.testing.assert_close(sampled, softmax_loss(HIDDEN, ITEMS, TARGETS))


def test_corrected_sampling_sums_to_the_whole_in_the_mean():
    """exp(loss) is linear in the sum over negatives, and its mean is that of the whole softmax."""
    q = torch.arange(1.0, N + 1) / torch.arange(1.0, N + 1).sum()
    k, draws = 5, 40_000
    negatives = torch.multinomial(q, k * draws, replacement=True, generator=CHANCE)
    one, item = HIDDEN[:1], TARGETS[:1]
    log_q = (k * q).log()
    weight = torch.where(negatives == item, 0.0, ((one @ ITEMS.T)[0] - log_q).exp()[negatives])
    mean = 1 + weight.view(draws, k).sum(1).mean() / math.exp(LOGITS[0][0])
    loss = softmax_loss(one, ITEMS, item)
    assert mean.log().item() == pytest.approx(loss.item(), rel=0.02)
    few = sampled_softmax_loss(one, ITEMS, item, negatives[:k], log_q)
    expected = math.log(1 + float(weight[:k].sum()) / math.exp(LOGITS[0][0]))
    assert few.item() == pytest.approx(expected, rel=1e-5)


def test_gbce_without_calibration_is_binary_cross_entropy():
    negatives = torch.tensor([6, 7])
    expected = sum(
        math.log1p(math.exp(-row[t])) + sum(math.log1p(math.exp(row[n])) for n in (6, 7))
        for row, t in zip(LOGITS, TARGETS, strict=True)
    )
    loss = gbce_loss(HIDDEN, ITEMS, TARGETS, negatives, 0.0, N)
    assert loss.item() == pytest.approx(expected / T, rel=1e-5)


def test_gbce_fully_calibrated_weighs_the_positive_by_the_sampling_rate():
    negatives = torch.tensor([6, 7])
    whole = gbce_loss(HIDDEN, ITEMS, TARGETS, negatives, 0.0, N)
    calibrated = gbce_loss(HIDDEN, ITEMS, TARGETS, negatives, 1.0, N)
    positive = sum(math.log1p(math.exp(-LOGITS[t][t])) for t in range(T)) / T
    assert (whole - calibrated).item() == pytest.approx((1 - 2 / (N - 1)) * positive, rel=1e-4)


def test_a_negative_that_is_the_target_does_not_count():
    with_target = torch.tensor([6, 0])
    for loss in (
        lambda n: sampled_softmax_loss(HIDDEN[:1], ITEMS, TARGETS[:1], n, NONE),
        lambda n: gbce_loss(HIDDEN[:1], ITEMS, TARGETS[:1], n, 0.0, N),
    ):
        torch.testing.assert_close(loss(with_target), loss(torch.tensor([6])))


@pytest.mark.parametrize("calibration", [0.0, 0.75])
def test_raising_the_target_alone_lowers_every_loss(calibration):
    apart, negatives = torch.eye(N), torch.tensor([6, 7, 8])
    hidden = torch.full((T, N), 0.3)
    nearer = hidden + 0.5 * apart[TARGETS]
    for loss in (
        lambda h: softmax_loss(h, apart, TARGETS),
        lambda h: sampled_softmax_loss(h, apart, TARGETS, negatives, NONE),
        lambda h: gbce_loss(h, apart, TARGETS, negatives, calibration, N),
    ):
        assert loss(nearer) < loss(hidden)
