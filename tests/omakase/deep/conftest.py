"""Nets that start alike, whichever tests ran before."""

import pytest
import torch


@pytest.fixture(autouse=True)
def _first_weights() -> None:
    torch.manual_seed(0)
