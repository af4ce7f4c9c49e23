"""Stores for tests."""

import pytest

from omakase.registry import version_store


@pytest.fixture
def store(tmp_path):
    return version_store(tmp_path / "versions")
