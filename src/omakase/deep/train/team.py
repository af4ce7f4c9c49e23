"""Several processes that train one net together, started by torchrun. G processes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, distributed, nn


@dataclass(frozen=True)
class Team:
    """A process among others; alone where nobody has started any.

    All hold the same weights. Each learns from its part of every batch, gradients are added up,
    and everyone takes the same step. Dropout and batch norm see a part alone, so with them a team
    ends near where one process does, and without them at the same weights but for rounding.

    Attributes:
        rank: which of them this one is.
        size: how many there are, G.
    """

    rank: int = 0
    size: int = 1

    @property
    def leads(self) -> bool:
        """Whether this is the one that validates, writes checkpoints and tells of progress."""
        return self.rank == 0

    def part(self, batch: NDArray[np.int64]) -> tuple[NDArray[np.int64], float]:
        """This process's examples of a batch, and the share of the batch that they are.

        Where there are fewer examples than processes, some get the whole and a share of 0.
        """
        local_batch = batch[self.rank :: self.size]
        return (local_batch, len(local_batch) / len(batch)) if len(local_batch) else (batch, 0.0)

    def add_up(self, net: nn.Module, loss: Tensor) -> Tensor:
        """Make the gradients of all processes' losses the sum of them, and give the summed loss.

        Numbers that follow the data without a gradient (batch norm's) become their mean.
        """
        if self.size == 1:
            return loss
        weights = [p for p in net.parameters() if p.requires_grad]
        slopes = [torch.zeros_like(p) if p.grad is None else p.grad for p in weights]
        followed = _buffers(net)
        tensors = [*slopes, *(buffer / self.size for buffer in followed), loss.detach()]
        everything = torch.cat([tensor.flatten().float() for tensor in tensors])
        distributed.all_reduce(everything)
        parts = everything.split([tensor.numel() for tensor in tensors])
        for weight, slope in zip(weights, parts, strict=False):
            weight.grad = slope.view_as(weight)
        for buffer, mean in zip(followed, parts[len(weights) : -1], strict=True):
            buffer.copy_(mean.view_as(buffer))
        return parts[-1][0]

    def agreed(self, figure: float | None, device: torch.device) -> float | None:
        """What the leader found; others may ask with anything."""
        if self.size == 1:
            return figure
        value_tensor = torch.tensor([torch.nan if figure is None else figure], device=device)
        distributed.broadcast(value_tensor, src=0)
        return None if bool(value_tensor.isnan()) else float(value_tensor)


ALONE: Final = Team()


@contextmanager
def join_team(device: torch.device) -> Iterator[Team]:
    """The team that torchrun, or the caller by `init_process_group`, has put this process in."""
    ready = distributed.is_available() and distributed.is_initialized()
    if not ready and not (distributed.is_available() and distributed.is_torchelastic_launched()):
        yield ALONE
        return
    if device.type == "cuda":
        torch.cuda.set_device(distributed.get_node_local_rank(fallback_rank=0))
    if not ready:
        _bind_defaults()
        distributed.init_process_group("nccl" if device.type == "cuda" else "gloo")
    try:
        yield Team(distributed.get_rank(), distributed.get_world_size())
        if not ready:  # nobody leaves while another still asks the first one, who keeps the address
            distributed.barrier()
    finally:
        if not ready:
            distributed.destroy_process_group()


def _bind_defaults() -> None:
    """Import what takes the group of that moment as the default of its arguments.

    The optimizers import it with their first step. Once there is a group, it would be kept beyond
    its end, and so would its threads; one that lets go of a tensor while the interpreter ends
    takes the process down with it.
    """
    import_module("torch.distributed.nn.functional")


def _buffers(net: nn.Module) -> list[Tensor]:
    """Saved numbers that are no weights."""
    weights = {name for name, _ in net.named_parameters()}
    state = net.state_dict()
    return [t for name, t in state.items() if name not in weights and t.is_floating_point()]
