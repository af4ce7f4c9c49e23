"""People whose next item can be known: what a figure over all of them must be multiplied by

Leave-one-out benchmarks judge the people whose last item occurs in the training part (all but the
last two of everybody's items). Published figures often count everybody: somebody whose last item
nobody had before is a miss for any model that knows items by number.
"""

from pathlib import Path

from benchmarks.form import Asked, Result, Row, run

FILES = {
    "s3rec-Beauty": "Beauty.txt",
    "s3rec-Sports_and_Outdoors": "Sports_and_Outdoors.txt",
}


def known_next_items(asked: Asked) -> Result:
    """Count them in every data set."""
    return Result(rows=[row(name, asked.data / name / file) for name, file in FILES.items()])


def row(name: str, path: Path) -> Row:
    """One data set: a person a line, first their id, then their items in order."""
    lines = [line.split()[1:] for line in path.read_text(encoding="utf-8").splitlines() if line]
    learnt = {item for items in lines for item in items[:-2]}
    known = sum(items[-1] in learnt for items in lines)
    return {"data": name, "people": len(lines), "known": known, "share": known / len(lines)}


if __name__ == "__main__":
    run("known_next_items", known_next_items, __doc__)
