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
WORDS = re.compile(
    r"omakase_settings/|omakase/arrays/|"
    r"(contracts|types|ids|event_history|errors|exceptions|protocols|tracing|metrics|__init__)\.py$"
)
"""Files of words, kernels and figures, which no walk names."""

STEP = re.compile(r"^\d+\. `([\w/]+\.py)` `([\w.]+)`", re.MULTILINE)

Step = tuple[str, str]
"""A file below `src`, and the qualified name of a function in it."""


def section(title: str) -> str:
    """The text under the heading that begins so."""
    parts = PAGE.read_text(encoding="utf-8").split("\n### ")
    (part,) = [part for part in parts[1:] if part.startswith(title)]
    return part.partition("\n## ")[0]


def walk(title: str) -> list[Step]:
    """The steps under the heading that begins so."""
    return STEP.findall(section(title))


def files_named(title: str) -> set[str]:
    """Every file under the heading that begins so, in a step or beside them."""
    return set(re.findall(r"`([\w/]+\.py)`", section(title)))


def working_files(entered: Sequence[Step]) -> set[str]:
    """The files of what was entered, without words, kernels and figures."""
    return {file for file, _ in entered if not WORDS.search(file)}


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
