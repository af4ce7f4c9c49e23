"""Updates between trainings: nets that go on from their weights, beside doing nothing and anew

MovieLens-100K by time. A net is learnt from the first four fifths of the events. Then, step after
step of two hundredths, it is asked for what comes in the next step, and learns the one that it was
asked about:

- *not updated*: as it was learnt, answering from histories that go on (as a server does);
- *updated*: each step from the weights of the one before, as the hourly job does;
- *anew*: learnt from everything up to there, as the nightly training does.

NDCG@10 over people, paired with *anew*; seconds of
processor are those of one update or one fit, the median.
"""

import time
from itertools import pairwise
from typing import Any

import numpy as np

from benchmarks.form import Asked, Result, Row, run
from omakase.data.dataset import Dataset
from omakase.data.earlier_fit import EarlierFit
from omakase.data.readers.load import load
from omakase.data.splits import by_moment
from omakase.evaluate.confidence import paired_over_fits
from omakase.evaluate.run import evaluate
from omakase.registry import MODELS, fit_model, refit_model

FIRST, STEP, STEPS = 0.8, 0.02, 6
KNOBS: dict[str, dict[str, Any]] = {
    "sasrec": {"objective": {"validation_users": 200}, "plan": {"epochs": 40}},
    "neumf": {"width": 32, "hidden": (32, 16), "plan": {"epochs": 10, "batch": 512}},
}
SIDES = ("not updated", "updated", "anew")


def warm_start(asked: Asked) -> Result:
    """A row a net and a side."""
    data = load(asked.folder("ml-100k")).dataset
    rows: list[Row] = []
    for name, knobs in KNOBS.items():
        config = MODELS[name].config_type.checked(knobs, name)
        rows += _compare(name, config, data, steps=2 if asked.quick else STEPS, seed=asked.seeds[0])
    return Result(rows=rows)


def _compare(name: str, config: Any, data: Dataset, *, steps: int, seed: int) -> list[Row]:
    marks = np.quantile(data.events.times, FIRST + STEP * np.arange(steps + 1)).astype(np.int64)
    first = _until(data, marks[0])
    still = updated = fit_model(name, first, config, seed=seed)
    gains: dict[str, list[Any]] = {side: [] for side in SIDES}
    seconds: dict[str, list[float]] = {side: [0.0] for side in SIDES}
    for number, (moment, end) in enumerate(pairwise(marks)):
        if not number:
            continue
        known = _until(data, moment)
        earlier = EarlierFit.of(data.ids, data.ids, int(marks[number - 1]))
        begun = time.process_time()
        updated = refit_model(name, updated, earlier, known, config, seed=seed)
        between = time.process_time()
        anew = fit_model(name, known, config, seed=seed)
        seconds["updated"].append(between - begun)
        seconds["anew"].append(time.process_time() - between)
        split = by_moment(_until(data, end), int(moment))
        for side, model in zip(SIDES, (still, updated, anew), strict=True):
            report = evaluate(model, split, "test", k=10)
            gains[side].append(report.per_query["ndcg@10"])
    return [_row(name, side, gains, float(np.median(seconds[side][1:] or [0.0]))) for side in SIDES]


def _row(name: str, side: str, gains: dict[str, list[Any]], seconds: float) -> Row:
    own, anew = (np.concatenate(gains[each])[None] for each in (side, "anew"))
    gap = paired_over_fits(own, anew)
    return {
        "net": name,
        "side": side,
        "people asked": own.shape[1],
        "NDCG@10": float(own.mean()),
        "less anew": gap.mean,
        "interval": [gap.low, gap.high],
        "seconds": seconds,
    }


def _until(data: Dataset, moment: Any) -> Dataset:
    return data.with_events(data.events.chosen(data.events.times <= moment))


if __name__ == "__main__":
    run("warm_start", warm_start, __doc__)
