"""Where the arithmetic happens, and in which numbers."""

from contextlib import AbstractContextManager, nullcontext

import torch

from omakase.deep.train.plan import FitPlan
from omakase.errors import ConfigError


def chosen_device(plan: FitPlan) -> torch.device:
    """The device that the plan names, or the best at hand.

    Raises:
        ConfigError: the plan names a device that is not there.
    """
    present = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if plan.device == "auto":
        return torch.device(
            next((name for name, is_present in present.items() if is_present), "cpu")
        )
    if not present.get(plan.device, True):
        raise ConfigError(f"device {plan.device!r} is not on this machine; device 'auto' finds one")
    return torch.device(plan.device)


def mixed_precision(plan: FitPlan, device: torch.device) -> AbstractContextManager[object]:
    """Inside it, products run in the plan's numbers; weights stay float32."""
    if plan.precision == "float32" or (plan.precision == "auto" and not _fast_bfloat16(device)):
        return nullcontext()
    return torch.autocast(device.type, dtype=torch.bfloat16)


def _fast_bfloat16(device: torch.device) -> bool:
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    return device.type == "cpu" and bool(torch.cpu.get_capabilities().get("avx512_bf16"))
