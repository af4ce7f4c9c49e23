import pytest
import torch

from omakase.deep.train.device import chosen_device, mixed_precision
from omakase.deep.train.plan import FitPlan
from omakase.errors import ConfigError

CPU = torch.device("cpu")


def test_chooses_what_is_there(monkeypatch):
    here = {"cuda": True, "mps": True}
    monkeypatch.setattr(torch.cuda, "is_available", lambda: here["cuda"])
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: here["mps"])
    assert chosen_device(FitPlan()).type == "cuda"
    assert chosen_device(FitPlan(device="cpu")).type == "cpu"
    here["cuda"] = False
    assert chosen_device(FitPlan()).type == "mps"
    with pytest.raises(ConfigError, match="'cuda' is not on this machine"):
        chosen_device(FitPlan(device="cuda"))
    here["mps"] = False
    assert chosen_device(FitPlan()).type == "cpu"


@pytest.mark.parametrize(
    ("precision", "fast", "expected"),
    [
        ("float32", True, torch.float32),
        ("bfloat16", False, torch.bfloat16),
        ("auto", True, torch.bfloat16),
        ("auto", False, torch.float32),
    ],
)
def test_products_run_in_the_numbers_of_the_plan(monkeypatch, precision, fast, expected):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx512_bf16": fast})
    with mixed_precision(FitPlan(precision=precision), CPU):
        assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype == expected
