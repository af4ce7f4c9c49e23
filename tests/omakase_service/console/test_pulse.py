"""Figures of now, told to every page that is open."""

import asyncio

import pytest
from tests.patience import PATIENCE_SECONDS

from omakase_service.console import ws
from omakase_service.console.live import LiveFigures

FIGURES = LiveFigures(answers=1, milliseconds=2.0, events=3, clicks=1, purchases=0, stamp="a")


class Page:
    """Hears figures, or breaks."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.fault = fault
        self.figures: list[LiveFigures] = []
        self.heard = asyncio.Event()

    async def show(self, figures: LiveFigures) -> None:
        """Take them."""
        if self.fault is not None:
            raise self.fault
        self.figures.append(figures)
        self.heard.set()


@pytest.mark.parametrize("fault", [OSError("gone"), RuntimeError("closed")])
def test_pulse_goes_on_for_the_others_where_a_page_cannot_be_told(monkeypatch, fault):
    stamps = iter("abcdefghijklmnopqrstuvwxyz" * 100)
    monkeypatch.setattr(ws, "PULSE_SECONDS", 0.0)
    monkeypatch.setattr(ws, "live_figures", lambda: next(stamps))

    async def both() -> int:
        pulse, broken, whole = ws.Pulse(), Page(fault), Page()
        await pulse.join(broken)
        await pulse.join(whole)
        for _ in range(3):
            whole.heard.clear()
            await asyncio.wait_for(whole.heard.wait(), PATIENCE_SECONDS)
        pulse.leave(whole)
        return len(whole.figures)

    assert asyncio.run(both()) >= 3


def other(stamp: str) -> LiveFigures:
    return LiveFigures(1, 2.0, 3, 1, 0, stamp)


async def told(page: Page) -> None:
    """Wait until a page is told something."""
    await asyncio.wait_for(page.heard.wait(), 20)
    page.heard.clear()


@pytest.fixture
def quick(monkeypatch):
    """The pulse beats without a pause, and counts what one says."""

    def count(figures) -> None:
        monkeypatch.setattr(ws, "PULSE_SECONDS", 0.0)
        monkeypatch.setattr(ws, "live_figures", figures)

    return count


def test_pulse_tells_a_page_that_comes_later_what_is_known(quick):
    quick(lambda: FIGURES)

    async def come() -> list[LiveFigures]:
        pulse, first, second = ws.Pulse(), Page(), Page()
        await pulse.join(first)
        await told(first)
        await pulse.join(second)
        pulse.leave(first)
        pulse.leave(second)
        return second.figures

    assert asyncio.run(come()) == [FIGURES]


def test_pulse_tells_nothing_where_nothing_has_changed(quick):
    counted = []

    def count() -> LiveFigures:
        counted.append(1)
        return FIGURES

    quick(count)

    async def look() -> list[LiveFigures]:
        pulse, page = ws.Pulse(), Page()
        await pulse.join(page)
        while len(counted) < 5:
            await asyncio.sleep(0)
        pulse.leave(page)
        return page.figures

    assert asyncio.run(look()) == [FIGURES]


def test_pulse_counts_nothing_while_nobody_looks(quick):
    counted = []

    def count() -> LiveFigures:
        counted.append(1)
        return other(str(len(counted)))

    quick(count)

    async def look() -> tuple[int, int]:
        pulse, page = ws.Pulse(), Page()
        await pulse.join(page)
        await told(page)
        pulse.leave(page)
        await asyncio.sleep(0)
        before = len(counted)
        for _ in range(20):
            await asyncio.sleep(0)
        return before, len(counted)

    before, after = asyncio.run(look())
    assert after <= before + 1


def test_pulse_begins_anew_for_who_comes_after_all_have_left(quick):
    quick(lambda: FIGURES)

    async def come_again() -> list[LiveFigures]:
        pulse, first, second = ws.Pulse(), Page(), Page()
        await pulse.join(first)
        await told(first)
        pulse.leave(first)
        await pulse.join(second)
        await told(second)
        pulse.leave(second)
        return second.figures

    assert asyncio.run(come_again()) == [FIGURES]


def test_pulse_goes_on_after_figures_that_could_not_be_counted(quick):
    answers = iter([OSError("the database is away"), FIGURES])

    def count() -> LiveFigures:
        answer = next(answers, FIGURES)
        if isinstance(answer, Exception):
            raise answer
        return answer

    quick(count)

    async def look() -> list[LiveFigures]:
        pulse, page = ws.Pulse(), Page()
        await pulse.join(page)
        await told(page)
        pulse.leave(page)
        return page.figures

    assert asyncio.run(look()) == [FIGURES]


def test_leave_of_a_page_that_never_came_is_nothing(quick):
    quick(lambda: FIGURES)

    async def leave() -> list[LiveFigures]:
        pulse, page = ws.Pulse(), Page()
        pulse.leave(page)
        return page.figures

    assert asyncio.run(leave()) == []
