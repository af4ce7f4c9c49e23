"""Korean words without their endings."""

import sys

import pytest

from omakase.errors import CapabilityError
from omakase.text.morphemes import Morphemes


@pytest.fixture(scope="module")
def morphemes():
    return Morphemes()


def test_one_word_whatever_its_particle(morphemes):
    found = morphemes(["김치찌개가 좋다", "김치찌개를 먹었다", "김치찌개"])
    assert all("김치찌개" in tokens for tokens in found)
    assert not {"가", "를", "다"} & {token for tokens in found for token in tokens}


def test_batch_and_empty_and_english(morphemes):
    assert morphemes([]) == []
    assert morphemes(["", "Pasta 맛집"]) == [[], ["pasta", "맛집"]]


def test_without_kiwipiepy_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "kiwipiepy", None)
    with pytest.raises(CapabilityError, match=r"omakase-recsys\[text\]"):
        Morphemes()
