"""Every parser against a million inputs that nobody would write

What strangers, files and older releases bring is read by some parser: rules, opening hours, times,
rows, tokens, cursors, messages of pages and of streams, JSON of requests, manifests, journals.
Each gets a million inputs, drawn by a seed: mutations of a corpus that is kept in
`benchmarks/corpus`, and sentences of a grammar. A "crash" is an exception other than those that
the parser documents for bad input, a "hang" an input that takes more than 100 ms of processor time
three times over. Where a parser reads columns or files at once, an input is a line: 200 times in a
column, 50 rows in a file. "slowest ms" is of one call. What ever failed is kept in the corpus, and
a test reads all of it. `--only rules,times_of_files` attacks some
and leaves the lines of the others as they are; each line names the commit that it is of.
"""

import contextlib
import gc
import json
import logging
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from benchmarks.form import RESULTS, Asked, Result, Row, commit, run
from benchmarks.fuzz_inputs import inputs
from benchmarks.fuzz_parsers import Parser, parsers

CORPUS = Path(__file__).parent / "corpus"
INPUTS, QUICK_INPUTS = 1_000_000, 2_000
HANG_SECONDS = 0.1
ENDLESS_SECONDS = 20
"""Of processor time, after which an input is given up."""

MOST_FAILURES = 5
"""That are kept of one parser and one kind."""

ONLY: set[str] = set()
"""Names of parsers; none: all."""


class EndlessInput(BaseException):
    """An input was read for so long that nobody waits for it."""


@dataclass
class Attack:
    """What became of one parser's inputs.

    Attributes:
        accepted, refused: inputs, or where many are read at once, reads.
        slowest: seconds of processor time of one read.
        failures: kind ("crash …" or "hang") to the inputs that showed it, shortest first.
    """

    accepted: int = 0
    refused: int = 0
    slowest: float = 0.0
    failures: dict[str, list[str]] = field(default_factory=dict)

    def count(self, kind: str) -> int:
        """Failures whose kind begins so."""
        return sum(len(each) for name, each in self.failures.items() if name.startswith(kind))


def benchmark(asked: Asked) -> Result:
    """A line a parser."""
    many = QUICK_INPUTS if asked.quick else INPUTS
    rows: list[Row] = []
    failed: dict[str, dict[str, list[str]]] = {}
    with service() as folder:
        for parser in parsers(folder):
            if ONLY and parser.name not in ONLY:
                continue
            found = attacked(parser, many, asked.seeds[0])
            rows.append(row_of(parser, many, found))
            print(" ".join(f"{k}={v}" for k, v in rows[-1].items()), flush=True)
            if found.failures:
                failed[parser.name] = found.failures
    for name, failures in failed.items():
        for kind, texts in failures.items():
            print(f"{name}: {kind}: {min(texts, key=len)[:300]!r}")
    every = [*of_others({row["parser"] for row in rows}), *rows] if ONLY else rows
    every.sort(key=lambda row: str(row["parser"]))
    return Result(every, [words(every)])


def row_of(parser: Parser, many: int, found: Attack) -> Row:
    """The figures of one parser."""
    reads = found.accepted + found.refused
    return {
        "parser": parser.name,
        "inputs": many,
        "accepted": found.accepted / max(1, reads),
        "crashes": found.count("crash"),
        "hangs": found.count("hang"),
        "slowest ms": 1000 * found.slowest,
        "commit": commit(),
    }


def of_others(names: set[str]) -> list[Row]:
    """Lines that an earlier run wrote of other parsers."""
    file = RESULTS / "fuzzing.json"
    rows = json.loads(file.read_text("utf-8"))["rows"] if file.exists() else []
    return [row for row in rows if row["parser"] not in names]


def words(rows: list[Row]) -> str:
    """The whole in a sentence."""
    total = sum(row["inputs"] for row in rows)
    crashes, hangs = (sum(row[name] for row in rows) for name in ("crashes", "hangs"))
    return f"{len(rows)} parsers, {total:,} inputs: {crashes} crashes, {hangs} hangs."


@contextlib.contextmanager
def service() -> Iterator[Path]:
    """Django ready on a data folder of its own, which is gone afterwards; a folder for files."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(
        prefix="omakase-fuzzing-", dir=memory if memory.is_dir() else None
    ) as folder:
        os.environ["OMAKASE_DATA_FOLDER"] = f"{folder}/var"
        from omakase_cli.boot import open_service

        open_service()
        files = Path(folder) / "files"
        files.mkdir()
        yield files


def corpus_of(name: str) -> tuple[list[str], list[str]]:
    """Seeds of a parser, and inputs that it failed on once."""
    content = json.loads((CORPUS / f"{name}.json").read_text("utf-8"))
    return content["seeds"], content["failures"]


def attacked(parser: Parser, many: int, seed: int) -> Attack:
    """So many inputs read, the same for the same seed."""
    seeds, failures = corpus_of(parser.name)
    dice = random.Random(f"{parser.name} {seed}")
    draw = inputs([*seeds, *failures], parser.grammar, parser.make, dice, parser.most)
    found = Attack()
    with calm():
        for text in (*failures, *batches(parser, draw, many)):
            judge(parser, text, found)
    return found


def batches(parser: Parser, draw: Callable[[], str], many: int) -> Iterator[str]:
    """What is read at once: one input, or lines of some."""
    left = many
    while left > 0:
        lines: list[str] = []
        while len(lines) < min(left, parser.many):
            lines += draw().split("\n") if parser.many > 1 else [draw()]
        left -= min(left, parser.many)
        yield "\n".join(lines[: parser.many])


def judge(parser: Parser, text: str, found: Attack) -> None:
    """Read one input, and note what came of it."""
    seconds, kind = outcome(parser, text)
    if seconds > HANG_SECONDS and kind in ("accepted", "refused"):
        seconds = min(seconds, *(outcome(parser, text)[0] for _ in range(2)))
        kind = f"hang of {seconds:.1f} s" if seconds > HANG_SECONDS else kind
    found.slowest = max(found.slowest, seconds)
    if kind == "accepted":
        found.accepted += 1
    elif kind == "refused":
        found.refused += 1
    else:
        kept = found.failures.setdefault("hang" if kind.startswith("hang") else kind, [])
        if len(kept) < MOST_FAILURES:
            kept.append(text)


def outcome(parser: Parser, text: str) -> tuple[float, str]:
    """Seconds of processor time, and "accepted", "refused", or what went wrong."""
    begun = time.process_time()
    signal.setitimer(signal.ITIMER_VIRTUAL, ENDLESS_SECONDS)
    try:
        parser.read(text)
        kind = "accepted"
    except parser.refusals:
        kind = "refused"
    except EndlessInput:
        kind = "hang without an end"
    except Exception as error:  # noqa: BLE001  whatever it is, it is what is looked for
        kind = f"crash {type(error).__name__}: {str(error)[:80]}"
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return time.process_time() - begun, kind


@contextlib.contextmanager
def calm() -> Iterator[None]:
    """Without log lines, or the collector's looks at what was there before; a hang ends."""
    gc.collect()
    gc.freeze()
    logging.disable(logging.CRITICAL)
    before = signal.signal(signal.SIGVTALRM, _give_up)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
        logging.disable(logging.NOTSET)
        gc.unfreeze()


def _give_up(number: int, frame: FrameType | None) -> None:
    raise EndlessInput


def _only(words: list[str]) -> set[str]:
    """The parsers that are named, taken out of the words."""
    named: set[str] = set()
    while "--only" in words:
        place = words.index("--only")
        named |= set(words[place + 1].split(","))
        del words[place : place + 2]
    return named


if __name__ == "__main__":
    ONLY |= _only(sys.argv)
    run("fuzzing", benchmark, __doc__)
