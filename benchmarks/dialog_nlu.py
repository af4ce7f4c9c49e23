"""Reading messages: intents, slots and what is out of scope, on Kochat's demo data.

About 18,000 distinct Korean utterances of four intents (restaurant, travel, weather,
dust) with BIOES
labels, and 12,000 that are out of scope; https://github.com/hyunwoongko/kochat,
Apache-2.0. Give the
folder with `intent_data.csv`, `entity_data.csv` and `ood_data.csv`. The same text is never on both
sides of the split; a fifth is kept aside. "seen" is the recall of out-of-scope messages where four
fifths of them were a class in training, "unseen" where the model has met none and the highest
probability tells; each at 5 % false alarms.
"""

import csv
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.form import Asked, Result, run
from omakase.dialog.training import (
    DialogModel,
    LabelledMessage,
    judge_dialog,
    split_messages,
    train_dialog,
)

ALARMS = 0.05
OUTSIDE = "OOD"


def dialog_nlu(asked: Asked) -> Result:
    """A row a seed."""
    folder = asked.folder("kochat-ko-nlu")
    inside = _messages(folder / "intent_data.csv", folder / "entity_data.csv")
    outside = [LabelledMessage(text, OUTSIDE) for text, _ in _rows(folder / "ood_data.csv")]
    seeds = asked.seeds[:1] if asked.quick else asked.seeds
    rows = [_row(inside, outside, seed) for seed in seeds]
    worst = {name: min(row[name] for row in rows) for name in rows[0] if name != "seed"}
    slowest = max(row["ms a message"] for row in rows)
    said = (
        f"Worst of {len(rows)} seeds: intent accuracy {worst['intent accuracy']:.3f}, slot F1 "
        f"{worst['slot F1']:.3f}, recall out of scope {worst['recall, seen']:.3f} (unseen "
        f"{worst['recall, unseen']:.3f}), {slowest:.2f} ms a message."
    )
    return Result(rows, [said])


def _row(
    inside: list[LabelledMessage], outside: list[LabelledMessage], seed: int
) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    known, later = split_messages(inside, rng)
    strange, stranger = split_messages(outside, rng)
    model = train_dialog(known)
    started = time.perf_counter()
    scores = judge_dialog(model, later)
    seconds = time.perf_counter() - started
    both = train_dialog([LabelledMessage(m.text, m.intent) for m in known] + strange)
    return {
        "seed": seed,
        "messages": len(later),
        "intent accuracy": scores.accuracy,
        "slot F1": scores.slot_f1,
        "recall, seen": _recall(both, _chance, later, stranger),
        "recall, unseen": _recall(model, _doubt, later, stranger),
        "ms a message": 1000 * seconds / len(later),
    }


def _recall(
    model: DialogModel,
    score: Callable[[DialogModel, LabelledMessage], float],
    inside: list[LabelledMessage],
    outside: list[LabelledMessage],
) -> float:
    """Share of those outside that score above all but 5 % of those inside."""
    bound = np.quantile([score(model, message) for message in inside], 1 - ALARMS)
    return float(np.mean([score(model, message) > bound for message in outside]))


def _chance(model: DialogModel, message: LabelledMessage) -> float:
    return dict(model.intents.ranked(message.text))[OUTSIDE]


def _doubt(model: DialogModel, message: LabelledMessage) -> float:
    return -model.intents.ranked(message.text)[0][1]


def _messages(intents: Path, entities: Path) -> list[LabelledMessage]:
    tags = {text: tuple(labels.split()) for text, labels in _rows(entities)}
    return [
        LabelledMessage(text, intent, tags.get(text, ()))
        for text, intent in _rows(intents)
        if len(tags.get(text, ())) in (0, len(text.split()))
    ]


def _rows(path: Path) -> list[tuple[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        read = [(row["question"], row["label"] or "") for row in csv.DictReader(lines)]
    return list(
        {text.strip(): label.strip() for text, label in read if text and text.strip()}.items()
    )


if __name__ == "__main__":
    run("dialog_nlu", dialog_nlu, __doc__)
