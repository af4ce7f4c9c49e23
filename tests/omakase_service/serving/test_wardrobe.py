"""Of the lists that are kept, no more than so many stay dressed."""

import gc

import pytest

from omakase_service.serving import hydration, live_version
from omakase_service.serving.contracts import RankedList
from omakase_service.serving.hydration import hydrate, is_offered

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Room for three."""
    hydration.recent_lists.clear()
    monkeypatch.setattr(hydration, "MOST", 3)
    yield
    hydration.recent_lists.clear()


def lists(number: int) -> list[RankedList]:
    return [RankedList((("i01", 0.9), ("i02", n / 100)), (), "ease", "", 0) for n in range(number)]


def still_dressed(found: list[RankedList]) -> list[bool]:
    return [hydration.KEPT in vars(each) for each in found]


def test_the_one_that_was_dressed_longest_ago_goes_first_and_may_come_again(trained):
    now, found = live_version.now().live, lists(5)
    parts = [hydrate(now, each, 2) for each in found]
    assert still_dressed(found) == [False, False, True, True, True]
    assert hydrate(now, found[4], 2) is parts[4]
    again = hydrate(now, found[0], 2)
    assert again is not parts[0]
    assert again == parts[0]
    assert is_offered(now, found[1])
    assert still_dressed(found) == [True, False, False, True, True]


def test_lists_that_nobody_keeps_any_more_are_not_kept_by_this(trained):
    now, found = live_version.now().live, lists(2)
    for each in found:
        hydrate(now, each, 2)
    held = [each() for each in hydration.recent_lists]
    assert held == found
    del held, each
    found.clear()
    gc.collect()
    assert [each() for each in hydration.recent_lists] == [None, None]
    for each in (more := lists(4)):
        hydrate(now, each, 1)
    assert still_dressed(more) == [False, True, True, True]
