"""The loop on a small line to fit, and on the killing of it."""

from collections.abc import Sequence

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from omakase.deep.nn.dropout import Dropout
from omakase.deep.train.checkpoint import load_checkpoint
from omakase.deep.train.loop import Batch, train
from omakase.deep.train.plan import FitPlan
from omakase.errors import ArtifactError, Cancelled

STREAM = torch.Generator().manual_seed(0)
X = torch.randn(40, 3, generator=STREAM)
Y = X @ torch.tensor([1.0, -2.0, 0.5])
SMALL = FitPlan(epochs=6, batch=8, learning_rate=0.05, precision="float32", patience=50)


class Power(Exception):
    """The plug is pulled."""


class Line:
    """Fits Y from X with noise in the input; may be killed at a step, or judged by a script."""

    def __init__(
        self, net: nn.Module, die_at: int = -1, figures: Sequence[float | None] | None = None
    ) -> None:
        self.net, self.die_at, self.figures, self.steps = net, die_at, figures, 0
        self.rates: list[float] = []

    def batches(self, chance: np.random.Generator) -> list[Batch]:
        return np.array_split(chance.permutation(len(X)), 5)

    def loss(self, batch: Batch, chance: np.random.Generator) -> Tensor:
        if self.steps == self.die_at:
            raise Power
        self.steps += 1
        noise = torch.from_numpy(chance.normal(0, 0.01, (len(batch), 3)).astype(np.float32))
        return (self.net(X[batch] + noise)[:, 0] - Y[batch]).square().mean()

    def figure(self) -> float | None:
        if self.figures is not None:
            return self.figures.pop(0)
        return -float((self.net(X)[:, 0] - Y).square().mean())


def fresh() -> nn.Module:
    net = nn.Sequential(nn.Linear(3, 8), Dropout(0.2), nn.Linear(8, 1))
    stream = torch.Generator().manual_seed(1)
    for parameter in net.parameters():
        nn.init.normal_(parameter, std=0.3, generator=stream)
    return net


def weights(net: nn.Module) -> Tensor:
    return torch.cat([p.detach().flatten() for p in net.parameters()])


def test_learns_and_keeps_the_curve():
    net, heard = fresh(), []
    curve = train(
        net,
        Line(net),
        SMALL.model_copy(update={"epochs": 30}),
        seed=0,
        progress=lambda done, total, **figures: heard.append((done, total, set(figures))),
    )
    assert curve.shape == (30, 4)
    assert curve[:, 0].tolist() == list(range(30))
    assert curve[-1, 1] < curve[0, 1] / 4
    assert heard == [(n, 30, {"loss", "figure"}) for n in range(1, 31)]
    assert not net.training


@pytest.mark.parametrize("knobs", [{}, {"average": 0.9, "schedule": "plateau", "patience": 3}])
def test_killed_ten_times_ends_with_the_same_model(tmp_path, knobs):
    plan = SMALL.model_copy(update=knobs)
    undisturbed = fresh()
    curve = train(undisturbed, Line(undisturbed), plan, seed=3)
    kept = plan.model_copy(update={"checkpoint_folder": str(tmp_path), "checkpoint_every": 2})
    chance = np.random.default_rng(5)
    for number in range(10):
        folder = str(tmp_path / str(number))
        plan_here = kept.model_copy(update={"checkpoint_folder": folder})
        killed = fresh()
        with pytest.raises(Power):
            train(killed, Line(killed, die_at=int(chance.integers(1, 15))), plan_here, seed=3)
        again = fresh()
        resumed = train(again, Line(again), plan_here, seed=3)
        torch.testing.assert_close(weights(again), weights(undisturbed), rtol=0, atol=0)
        np.testing.assert_array_equal(resumed[:, :3], curve[:, :3])  # seconds differ


def test_goes_on_and_does_not_start_over(tmp_path):
    plan = SMALL.model_copy(update={"checkpoint_folder": str(tmp_path), "checkpoint_every": 1})
    net = fresh()
    with pytest.raises(Power):
        train(net, Line(net, die_at=17), plan, seed=3)
    task = Line(again := fresh())
    train(again, task, plan, seed=3)
    assert task.steps == 30 - 17
    assert load_checkpoint(tmp_path) is None, "what is finished is not taken up again"


def test_a_checkpoint_of_another_seed_or_net_is_refused(tmp_path):
    plan = SMALL.model_copy(update={"checkpoint_folder": str(tmp_path), "checkpoint_every": 1})
    net = fresh()
    with pytest.raises(Power):
        train(net, Line(net, die_at=2), plan, seed=3)
    with pytest.raises(ArtifactError, match="another seed"):
        train(fresh(), Line(net), plan, seed=4)
    with pytest.raises(ArtifactError, match="another net"):
        train(nn.Sequential(nn.Linear(3, 1)), Line(net), plan, seed=3)


def test_keeps_the_best_weights_and_stops():
    net = fresh()
    figures = [0.1, 0.5, 0.4, 0.3, 0.2, 0.9]
    plan = SMALL.model_copy(update={"patience": 2})
    curve = train(net, Line(net, figures=figures), plan, seed=0)
    assert curve[:, 2].tolist() == pytest.approx([0.1, 0.5, 0.4, 0.3])
    two = fresh()
    train(two, Line(two), plan.model_copy(update={"epochs": 2}), seed=0)
    torch.testing.assert_close(weights(net), weights(two), rtol=0, atol=0)


def test_without_validation_the_last_weights_are_kept():
    net = fresh()
    curve = train(net, Line(net, figures=[None] * 6), SMALL, seed=0)
    assert len(curve) == 6
    assert np.isnan(curve[:, 2]).all()
    assert not torch.equal(weights(net), weights(fresh()))


def test_validates_only_where_due_and_at_the_end():
    net = fresh()
    curve = train(net, Line(net), SMALL.model_copy(update={"validate_every": 4}), seed=0)
    assert np.isnan(curve[:, 2]).tolist() == [True, True, True, False, True, False]


def test_a_long_gradient_is_cut():
    """One step of AdamW does not feel the length; the clipped gradient itself is looked at."""
    net = nn.Sequential(nn.Linear(3, 1))
    plan = SMALL.model_copy(update={"epochs": 1, "clip_norm": 1e-3})
    train(net, Line(net, figures=[None]), plan, seed=0)
    norm = torch.cat([p.grad.flatten() for p in net.parameters()]).norm()
    assert norm.item() <= 1.001e-3


def test_the_callers_chance_is_untouched():
    net = fresh()
    before = torch.random.get_rng_state()
    train(net, Line(net), SMALL, seed=0)
    assert torch.equal(before, torch.random.get_rng_state())


def test_same_seed_same_model_and_another_seed_another():
    def trained(seed: int) -> Tensor:
        net = fresh()
        train(net, Line(net), SMALL, seed=seed)
        return weights(net)

    torch.testing.assert_close(trained(1), trained(1), rtol=0, atol=0)
    assert not torch.equal(trained(1), trained(2))


def test_cancelling_leaves_the_checkpoint(tmp_path):
    def stop(done: int, total: int, **figures: float) -> None:
        raise Cancelled("enough")

    net = fresh()
    plan = SMALL.model_copy(update={"checkpoint_folder": str(tmp_path), "checkpoint_every": 3})
    with pytest.raises(Cancelled):
        train(net, Line(net), plan, seed=0, progress=stop)
    assert load_checkpoint(tmp_path) is not None
