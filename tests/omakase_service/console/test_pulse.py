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
