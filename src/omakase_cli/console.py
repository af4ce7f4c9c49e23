"""What a person sees, and what a program reads.

JSON and answers go to stdout, everything else to stderr, so that `--json` can be piped.
"""

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import orjson
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bars
from rich.table import Table

if TYPE_CHECKING:
    from omakase.types import Progress
    from omakase_service.platform.contracts import ProgressCallback

LINE_SECONDS = 10.0
"""How often long work says how far it is where no terminal shows a bar."""


def out() -> Console:
    """Answers. Made anew each time, so that a test's or a pipe's stdout is the one written to.

    Text is shown as it stands: a film may be called [REC].
    """
    return Console(file=sys.stdout, highlight=False, soft_wrap=True, markup=False, emoji=False)


def err() -> Console:
    """Progress, remarks and errors."""
    return Console(file=sys.stderr, highlight=False, soft_wrap=True, markup=False, emoji=False)


Payload = Mapping[str, Any] | Sequence[Any]


def show_json(payload: Payload) -> None:
    """The payload on stdout, indented, and nothing else."""
    sys.stdout.write(_json(payload) + "\n")


def save_json(payload: Payload, file: Path) -> None:
    """The payload in a file; on stdout where the file is called "-"."""
    if str(file) == "-":
        show_json(payload)
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(_json(payload) + "\n", encoding="utf-8")


def _json(payload: Payload) -> str:
    options = orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS
    return orjson.dumps(payload, option=options, default=str).decode()


def show_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table on stdout; numbers to the right."""
    table = Table(title=title or None, title_justify="left", header_style="bold", box=SIMPLE_HEAD)
    for column, name in enumerate(columns):
        numeric = any(_is_number(row[column]) for row in rows)
        justify: Literal["left", "right"] = "right" if numeric else "left"
        table.add_column(name, justify=justify, overflow="fold")  # an id is to be copied whole
    for row in rows:
        table.add_row(*(_cell(cell) for cell in row))
    out().print(table)


def remark(text: str) -> None:
    """One line for the person at the terminal."""
    err().print(text)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) or str(value).replace(".", "", 1).isdigit()


def _cell(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.3g}" if isinstance(value, float) else str(value)


@contextmanager
def progress(what: str) -> "Iterator[Progress]":
    """A bar with the time left on a terminal; elsewhere a line now and then."""
    console = err()
    if not console.is_terminal:
        yield LineProgress(what, console)
        return
    with _bars(console) as bars:
        task = bars.add_task(what, total=None, figures="")

        def hear(done: int, total: int, **figures: float) -> None:
            text = " ".join(_figures(figures))
            bars.update(task, completed=done, total=total or None, figures=text)

        yield hear


@contextmanager
def steps() -> Iterator["ProgressCallback"]:
    """The same for work of few named steps: hears (done, total, what comes next)."""
    console = err()
    if not console.is_terminal:
        yield lambda done, total, step: console.print(f"{done}/{total} {step}")
        return
    with _bars(console) as bars:
        task = bars.add_task("", total=None, figures="")
        yield lambda done, total, step: bars.update(
            task, completed=done, total=total, description=step
        )


def _bars(console: Console) -> Bars:
    return Bars(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[figures]}"),
        console=console,
        transient=True,
    )


@dataclass
class LineProgress:
    """Progress for logs: one line every `LINE_SECONDS`."""

    what: str
    console: Console
    started: float = field(default_factory=time.monotonic)
    spoken: float = field(default_factory=time.monotonic)

    def __call__(self, done: int, total: int, **figures: float) -> None:
        now = time.monotonic()
        if now - self.spoken < LINE_SECONDS or not (done and total):
            return
        self.spoken = now
        remaining = (now - self.started) * (total - done) / done
        text = f"{self.what}: {100 * done / total:.0f} %, {remaining:.0f} s left"
        self.console.print(" ".join([text, *_figures(figures)]))


def _figures(figures: Mapping[str, float]) -> list[str]:
    return [f"{name}={value:.4g}" for name, value in figures.items()]
