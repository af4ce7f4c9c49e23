"""Tables of random layout, written by one function and read by the product.

Each must come out as it went in, row for row, or be asked about: an error that names what its
owner must say. A row that is lost, doubled or of another meaning without a word is a fault.

`python -m benchmarks.reader_property [--tables 2000] [--seed 0]` prints how many were equal, how
many were asked about and why, and every fault with all that was drawn; exit code 1 where there is
one.
"""

import argparse
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.reader_tables import Written, write_table
from omakase.data.readers.survey import survey
from omakase.data.rows import ReadOptions
from omakase.errors import DataError

EQUAL, ASKED, FAULT = "equal", "asked about", "fault"


@dataclass(frozen=True)
class Outcome:
    """What became of a table: one of the words above, and why."""

    verdict: str
    why: str = ""


def outcome(written: Written) -> Outcome:
    """Read a table, and compare it with what is in it."""
    try:
        found = survey(written.path, ReadOptions())
        batches = [batch for source in found.events for batch in source.batches()]
    except DataError as error:
        return Outcome(ASKED, str(error).replace(str(written.path.parent), ""))
    timed = all(source.timed for source in found.events)
    rows = [
        (r["user_id"], r["item_id"], r["kind"], round(r["value"], 4), r["time"] if timed else None)
        for batch in batches
        for r in batch.events.iter_rows(named=True)
    ]
    told = sum(len(batch.rejects) for batch in batches)
    wanted = Counter((*row[:3], round(row[3], 4), row[4]) for row in written.rows)
    missing, more = wanted - Counter(rows), Counter(rows) - wanted
    repeated = sum(wanted.values()) - len(wanted) if timed else 0
    if more or (missing and sum(missing.values()) > repeated):
        first = next(iter(missing), None), next(iter(more), None)
        return Outcome(
            FAULT, f"{sum(missing.values())} missing, {sum(more.values())} more: {first}"
        )
    if told != written.dropped + sum(missing.values()):
        return Outcome(FAULT, f"{told} rows refused, {written.dropped} hold nobody")
    return Outcome(EQUAL)


def outcomes(count: int, seed: int) -> list[tuple[Written, Outcome]]:
    """So many tables, each drawn by a generator of its own."""
    with tempfile.TemporaryDirectory() as place:
        found = []
        for number in range(count):
            folder = Path(place) / str(number)
            folder.mkdir()
            written = write_table(folder, np.random.default_rng([seed, number]))
            found.append((written, outcome(written)))
            written.path.unlink()
        return found


def main() -> int:
    """Print the report; 1 where there is a fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    found = outcomes(asked.tables, asked.seed)
    counts = Counter(each.verdict for _, each in found)
    print(
        f"{asked.tables} tables of seed {asked.seed}: "
        + ", ".join(f"{n} {v}" for v, n in counts.items())
    )
    reasons = Counter(
        each.why.partition(", such as")[0] for _, each in found if each.verdict == ASKED
    )
    for why, times in reasons.most_common():
        print(f"  asked {times} times: {why[:200]}")
    faults = [(w, each) for w, each in found if each.verdict == FAULT]
    for written, each in faults[:20]:
        print(f"FAULT {each.why}\n      {dict(written.how)}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
