"""What makes an index good, and what the exit code says."""

import pytest

from omakase.index.with_faiss.flat import FaissFlat

pytestmark = pytest.mark.django_db


@pytest.fixture
def indexed(tribes, omakase):
    asked = ("--models", "ials", "--set", "ials.factors=4", "--no-evaluate")
    assert omakase("train", *asked).exit_code == 0
    assert omakase("index", "build", "ials", "--kind", "faiss_flat").exit_code == 0


def test_missing_vectors_are_a_remark(indexed, omakase, monkeypatch):
    monkeypatch.setattr(FaissFlat, "count", lambda index: 11)
    result = omakase("index", "verify", "--k", "5")
    assert result.exit_code == 3 and "NOT good: 11 of 12" in result.stderr


def test_an_unknown_index_is_told(indexed, omakase):
    result = omakase("index", "verify", "bpr")
    assert result.exit_code == 1 and "bpr" in result.stderr


def test_a_version_without_any_is_told(trained, omakase):
    result = omakase("index", "verify")
    assert result.exit_code == 0 and "has no index" in result.stderr
