"""The ways through the house, as the page on the architecture tells them, and as they are gone."""

import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src"
PAGE = ROOT / "docs/architecture.md"
STEP = re.compile(r"^\d+\. `([\w/]+\.py)` `([\w.]+)`", re.MULTILINE)

Step = tuple[str, str]
"""A file below `src`, and the qualified name of a function in it."""


def walk(title: str) -> list[Step]:
    """The steps under the heading that begins so."""
    parts = PAGE.read_text(encoding="utf-8").split("\n### ")
    (part,) = [part for part in parts[1:] if part.startswith(title)]
    return STEP.findall(part.partition("\n## ")[0])


@contextmanager
def entered_steps() -> Iterator[list[Step]]:
    """What this thread enters within the block: each function once, in order."""
    entered: dict[Step, None] = {}
    prefix = f"{SOURCE}/"

    def look(frame: FrameType, event: str, _: Any) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(prefix):
            entered[frame.f_code.co_filename.removeprefix(prefix), frame.f_code.co_qualname] = None

    steps: list[Step] = []
    before = sys.getprofile()
    sys.setprofile(look)
    try:
        yield steps
    finally:
        sys.setprofile(before)
        steps.extend(entered)


def in_order(wanted: Sequence[Step], entered: Sequence[Step]) -> list[Step]:
    """Steps of `entered` that are wanted, each where it is first entered."""
    chosen = set(wanted)
    return [step for step in entered if step in chosen]
