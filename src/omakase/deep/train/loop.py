"""The one training loop: losses in, callbacks out. It knows no model and no data."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from omakase.deep.train.checkpoint import State, load_checkpoint, remove_checkpoint, save_checkpoint
from omakase.deep.train.device import chosen_device, mixed_precision
from omakase.deep.train.plan import FitPlan
from omakase.deep.train.schedule import learning_rate
from omakase.deep.train.state import CURVE, TrainState
from omakase.deep.train.team import Team, join_team
from omakase.errors import ArtifactError
from omakase.types import Progress, silent

Batch = NDArray[np.int64]


class Task(Protocol):
    """What is learnt. Chance comes from the generators alone, so that any step can be redone."""

    def batches(self, chance: np.random.Generator) -> Sequence[Batch]:
        """One epoch: rows of the examples of each step."""
        ...

    def loss(self, batch: Batch, chance: np.random.Generator) -> Tensor:
        """The mean loss of the examples of a batch, a scalar."""
        ...

    def figure(self) -> float | None:
        """What validation says, higher is better; none where nothing was held out."""
        ...


def train(
    net: nn.Module, task: Task, plan: FitPlan, *, seed: int, progress: Progress = silent
) -> NDArray[np.float32]:
    """Train the net in place and leave it with its best weights.

    Everything random is drawn from (seed, epoch) or (seed, step), so a run that was killed and
    taken up from a checkpoint ends where an undisturbed one does. Processes that torchrun has
    started train together (see `team.Team`), and each ends with the same weights; the checkpoint
    folder must be one that all of them see.

    Returns:
        (epochs, 4) the curve, columns as in `state.CURVE`; kept with the model.

    Raises:
        ArtifactError: the checkpoint does not open, or is of another seed or net.
        Cancelled: `progress` raised it; the last checkpoint stays.
    """
    device = chosen_device(plan)
    with join_team(device) as team, _own_chance(device):
        run = _start(net.to(device), plan, seed, team)
        while len(run.curve) < plan.epochs and run.stalled < plan.patience:
            _epoch(run, task, plan, device)
            loss, figure = run.curve[-1][1:3]
            if team.leads:
                progress(len(run.curve), plan.epochs, loss=loss, figure=figure)
            _keep(run, plan)
    net.load_state_dict(run.best_weights or run.average or net.state_dict())
    net.cpu().eval()
    if plan.checkpoint_folder is not None and team.leads:
        remove_checkpoint(Path(plan.checkpoint_folder))
    return np.asarray(run.curve, dtype=np.float32).reshape(-1, len(CURVE))


def _start(net: nn.Module, plan: FitPlan, seed: int, team: Team) -> TrainState:
    """A fresh run, or the one that the checkpoint folder holds."""
    optimizer = torch.optim.AdamW(
        net.parameters(), lr=plan.learning_rate, weight_decay=plan.weight_decay, fused=True
    )
    average = {k: v.clone() for k, v in net.state_dict().items()} if plan.average else None
    run = TrainState(net, optimizer, average, seed, team)
    if plan.checkpoint_folder is not None:
        state = load_checkpoint(Path(plan.checkpoint_folder))
        if state is not None:
            _take_up(run, state, plan.checkpoint_folder)
    return run


def _take_up(run: TrainState, state: State, folder: str) -> None:
    if int(state["seed"]) != run.seed:
        raise ArtifactError(f"{folder}: the checkpoint is of another seed; delete it to start anew")
    try:
        run.restore(state)
    except (RuntimeError, KeyError) as error:
        raise ArtifactError(
            f"{folder}: the checkpoint is of another net; delete it to start anew"
        ) from error


def _epoch(run: TrainState, task: Task, plan: FitPlan, device: torch.device) -> None:
    """What is left of the current epoch, and its row of the curve."""
    start = perf_counter()
    epoch = len(run.curve)
    batches = task.batches(np.random.default_rng([run.seed, 0, epoch]))
    for batch in batches[len(run.losses) :]:
        run.losses.append(_step(run, task, plan, device, batch, len(batches)))
        if run.step % plan.checkpoint_every == 0:
            _keep(run, plan)
    seconds = perf_counter() - start
    loss = float(np.mean(run.losses))
    run.losses = []
    figure = _validate(run, task, plan, last=epoch + 1 == plan.epochs, epoch=epoch)
    run.curve.append((epoch, loss, figure, seconds))


def _step(
    run: TrainState, task: Task, plan: FitPlan, device: torch.device, batch: Batch, steps: int
) -> float:
    """One batch: loss, gradient, weights. Returns the loss."""
    chance = np.random.default_rng([run.seed, 1, run.step])
    _seed_dropout(int(chance.integers(2**62)) + run.team.rank, device)
    rate = learning_rate(plan, run.step, steps * plan.epochs, run.halvings)
    for group in run.optimizer.param_groups:
        group["lr"] = rate
    run.net.train()
    local_batch, share = run.team.part(batch)
    with mixed_precision(plan, device):
        loss = task.loss(local_batch, chance) * share
    run.optimizer.zero_grad(set_to_none=True)
    loss.backward()
    loss = run.team.add_up(run.net, loss)
    nn.utils.clip_grad_norm_(run.net.parameters(), plan.clip_norm)
    run.optimizer.step()
    run.step += 1
    _average(run, plan)
    return float(loss.detach())


def _average(run: TrainState, plan: FitPlan) -> None:
    """Move the averaged weights a little towards the current ones; faster at the start."""
    if run.average is None:
        return
    decay = min(plan.average, run.step / (run.step + 10))
    for name, value in run.net.state_dict().items():
        if value.is_floating_point():
            run.average[name].lerp_(value, 1 - decay)
        else:
            run.average[name].copy_(value)


def _validate(run: TrainState, task: Task, plan: FitPlan, *, last: bool, epoch: int) -> float:
    """The figure of the (averaged) weights, NaN where not due; the best weights are put aside."""
    if not last and (epoch + 1) % plan.validate_every:
        return float("nan")
    with _average_weights(run), torch.inference_mode():
        run.net.eval()
        figure = task.figure() if run.team.leads else None
        figure = run.team.agreed(figure, next(run.net.parameters()).device)
        if figure is None:
            return float("nan")
        run.stalled += 1
        if figure > run.best:
            run.best, run.stalled = figure, 0
            run.best_weights = {k: v.clone() for k, v in run.net.state_dict().items()}
        elif plan.schedule == "plateau":
            run.halvings += 1
    return figure


@contextmanager
def _average_weights(run: TrainState) -> Iterator[None]:
    """The net with its averaged weights for a while, if it keeps any."""
    if run.average is None:
        yield
        return
    current = {k: v.clone() for k, v in run.net.state_dict().items()}
    run.net.load_state_dict(run.average)
    yield
    run.net.load_state_dict(current)


def _keep(run: TrainState, plan: FitPlan) -> None:
    if plan.checkpoint_folder is not None and run.team.leads:
        save_checkpoint(run.arrays(), Path(plan.checkpoint_folder))


@contextmanager
def _own_chance(device: torch.device) -> Iterator[None]:
    """Dropout draws from torch's own generators; the caller gets them back untouched."""
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        yield


def _seed_dropout(seed: int, device: torch.device) -> None:
    torch.default_generator.manual_seed(seed)
    if device.type == "cuda":
        torch.cuda.manual_seed(seed)
