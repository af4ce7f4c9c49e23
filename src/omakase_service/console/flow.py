"""A recommendation as a drawing: boxes of stages, and the ways between them."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from omakase_service.console.translations import say
from omakase_service.serving.contracts import ItemReason, TraceStage

BOX, HIGH, GAP, WIDTH = 158, 50, 16, 380
THINNEST, THICKEST = 1.5, 9.0
"""Of a way, by the share of the list that came by it; in units of the drawing."""

SOURCE, RANKER = "source ", "ranker "
TITLES = {
    "merge": "Merge",
    "boosts": "Boosts",
    "gate": "Filters and limits",
    "filled": "Filled up",
    "answer": "The list",
}
"""Stages of the engine, and what they are called here."""


@dataclass(frozen=True, slots=True)
class FlowBox:
    """A stage, and where it is drawn.

    Attributes:
        x, y: of its corner, in units of the drawing.
        title: in the page's language.
        count: items that come out of it.
        shown: places of the list that it proposed, where it is a source.
        lost: items that went in and do not come out.
    """

    x: int
    y: int
    title: str
    count: int
    milliseconds: float
    first: Sequence[tuple[str, float]]
    shown: int | None = None
    lost: int = 0

    @property
    def middle(self) -> int:
        """Height of its middle."""
        return self.y + HIGH // 2


@dataclass(frozen=True, slots=True)
class FlowWay:
    """A line between two boxes: its path, how thick it is, and whether anything came by it."""

    path: str
    thickness: float
    is_used: bool


@dataclass(frozen=True, slots=True)
class FlowDrawing:
    """Boxes and ways; sources on the left, what becomes of their items on the right."""

    sources: Sequence[FlowBox]
    steps: Sequence[FlowBox]
    ways: Sequence[FlowWay]

    @property
    def boxes(self) -> Sequence[FlowBox]:
        """All of them, in the order in which a list is made."""
        return (*self.sources, *self.steps)

    @property
    def height(self) -> int:
        """Of the whole drawing."""
        return max((box.y + HIGH for box in self.boxes), default=0) + 2


def drawing_of(stages: Sequence[TraceStage], reasons: Sequence[ItemReason]) -> FlowDrawing:
    """The drawing of one request.

    Args:
        stages: in order, as a trace has them.
        reasons: of the list's items; they name which source proposed each.
    """
    of_sources = [each for each in stages if each.name.startswith(SOURCE)]
    of_steps = [each for each in stages if not each.name.startswith(SOURCE)]
    sources = [_source(number, stage, reasons) for number, stage in enumerate(of_sources)]
    steps: list[FlowBox] = []
    for number, stage in enumerate(of_steps):
        before = steps[-1].count if steps else stage.count
        steps.append(_step(number, stage, before))
    return FlowDrawing(sources, steps, _ways(sources, steps, max(1, len(reasons))))


def title_of(name: str) -> str:
    """What a stage is called, in the page's language."""
    if name.startswith(SOURCE):
        return name.removeprefix(SOURCE)
    if name.startswith(RANKER):
        return say("Order: {name}", name=name.removeprefix(RANKER))
    return say(TITLES[name]) if name in TITLES else name


def _source(number: int, stage: TraceStage, reasons: Sequence[ItemReason]) -> FlowBox:
    name = stage.name.removeprefix(SOURCE)
    shown = sum(name in {each for each, _ in reason.algorithms} for reason in reasons)
    return FlowBox(1, _top(number), name, stage.count, stage.milliseconds, stage.first, shown=shown)


def _step(number: int, stage: TraceStage, before: int) -> FlowBox:
    return FlowBox(
        WIDTH - BOX - 1,
        _top(number),
        title_of(stage.name),
        stage.count,
        stage.milliseconds,
        stage.first,
        lost=max(0, before - stage.count),
    )


def _top(number: int) -> int:
    return 1 + number * (HIGH + GAP)


def _ways(sources: Sequence[FlowBox], steps: Sequence[FlowBox], places: int) -> list[FlowWay]:
    if not steps:
        return []
    to = steps[0]
    bent = [
        FlowWay(
            f"M{box.x + BOX},{box.middle}C{box.x + BOX + 32},{box.middle} "
            f"{to.x - 32},{to.middle} {to.x},{to.middle}",
            _thickness((box.shown or 0) / places),
            bool(box.shown),
        )
        for box in sources
    ]
    straight = [
        FlowWay(f"M{a.x + BOX // 2},{a.y + HIGH}V{b.y}", THINNEST * 2, b.count > 0)
        for a, b in itertools.pairwise(steps)
    ]
    return bent + straight


def _thickness(share: float) -> float:
    return round(THINNEST + share * (THICKEST - THINNEST), 1)
