import numpy as np
import torch
from torch import nn

from omakase.deep.train.state import TrainState


def made(seed: int) -> TrainState:
    net = nn.Linear(3, 2)
    with torch.no_grad():
        net.weight.copy_(torch.full((2, 3), float(seed)))
    optimizer = torch.optim.AdamW(net.parameters(), lr=0.1)
    return TrainState(net, optimizer, {k: v.clone() for k, v in net.state_dict().items()}, seed=0)


def step(run: TrainState) -> None:
    run.optimizer.zero_grad()
    run.net(torch.ones(1, 3)).square().sum().backward()
    run.optimizer.step()


def test_a_restored_run_goes_on_as_the_first_would():
    first = made(1)
    step(first)
    first.step, first.losses, first.curve = 5, [0.5], [(0.0, 1.0, 0.2, 3.0)]
    first.best, first.best_weights, first.stalled = 0.2, first.average, 2
    second = made(9)
    second.restore({name: array.copy() for name, array in first.arrays().items()})
    assert (second.step, second.losses, second.curve) == (5, [0.5], [(0.0, 1.0, 0.2, 3.0)])
    assert (second.best, second.stalled, second.halvings) == (0.2, 2, 0)
    for run in (first, second):
        step(run)  # needs the moments, not only the weights
    torch.testing.assert_close(first.net.weight, second.net.weight, rtol=0, atol=0)
    torch.testing.assert_close(first.average, second.average)
    torch.testing.assert_close(first.best_weights, second.best_weights)


def test_the_state_is_arrays_of_numbers():
    for array in made(0).arrays().values():
        assert isinstance(array, np.ndarray)
        assert array.dtype != object


def test_before_any_validation_nothing_is_best():
    run = made(0)
    run.restore(made(1).arrays())
    assert run.best == -np.inf
    assert run.best_weights == {}
