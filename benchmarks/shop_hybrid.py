"""Shops, what comes next: sequence, neighbours and content together, against the best alone.

Leave-one-out, the whole catalog ranked, the history masked, as in `sequences`; every model learns
from the training part and from nothing after it. Each proposes its hundred, reciprocal ranks merge
them, and a stack orders what came of it by what each model says and the features of item and
person. The stacks learn from the validation part; "chosen", the hybrid, is decided there too, as in
`strategies`. "gain" is the paired difference in NDCG@10 to the model that does best alone on the
test itself, with its 95 % bootstrap interval over people.
"""

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import sequences, strategies
from benchmarks.form import Asked, Result, Row, run
from benchmarks.sequences import Anchor
from benchmarks.strategies import MEASURE, Setup
from omakase.artifacts.in_memory import InMemoryVersion
from omakase.artifacts.manifest import Note
from omakase.artifacts.saved import load_model, save_model
from omakase.data.dataset import Dataset
from omakase.data.readers import load
from omakase.data.splits import Split, leave_one_out
from omakase.data.weighting import EVERY_RATING
from omakase.models.sasrec import SasRec, SasRecConfig
from omakase.registry import MODELS

SEQUENCE = "sasrec"
HEADS = {"stacking (logistic)": "logistic", "stacking": "trees"}
BESIDE: Mapping[str, Mapping[str, Any]] = {
    "popular": {},
    "item_knn": {},
    "transitions": {},
    "content": {},
    "ials": {},
}
SETUP = Setup(leave_one_out, BESIDE, lists=6_000)
QUICK = Setup(leave_one_out, {name: BESIDE[name] for name in ("popular", "item_knn")}, lists=300)
KEPT = Path(tempfile.gettempdir()) / "omakase-shop-hybrid"
"""Where trained sequence models lie, so that a run that was broken off need not train again."""


def shop_hybrid(asked: Asked) -> Result:
    """Shops."""
    return hybrids(asked, sequences.ANCHORS)


def hybrids(asked: Asked, anchors: Mapping[str, Anchor]) -> Result:
    """A table a data set that is there."""
    rows: list[Row] = []
    notes: list[str] = []
    for name in sequences.present(asked, anchors)[: 1 if asked.quick else None]:
        data = load(asked.folder(name), weighting=EVERY_RATING).dataset
        found = table(name, data, anchors[name].preset, asked)
        rows += [{"data": name, **row} for row in found]
        notes.append(strategies.verdict(name, found))
    return Result(rows, notes)


def table(name: str, data: Dataset, preset: str, asked: Asked) -> list[Row]:
    """Singles and stacks."""
    setup, seed = QUICK if asked.quick else SETUP, asked.seeds[0]
    split = leave_one_out(data)
    parts = strategies.fitted_parts(split, "validation", setup, seed)
    config = sequences.settings(preset, asked.quick)
    sequence = sequence_model(name, split, config, seed)
    parts = InMemoryVersion(parts.items, {SEQUENCE: sequence, **parts.models})
    setup = replace(setup, models={SEQUENCE: {}, **setup.models})
    shares = strategies.validated(split, parts, setup)
    print("validation", shares, flush=True)
    learner, examples = strategies.window(split, "validation", parts, shares, setup)
    stacks = {
        called: strategies.learnt_by(
            learner, strategies.configured(shares, setup, head), examples, seed
        )
        for called, head in HEADS.items()
    }
    rows = judged(split, replace(parts, stacks=newest(stacks, split)), shares, setup)
    return strategies.marked(rows, strategies.choice(stacks))


def newest(stacks: Mapping[str, Any], split: Split) -> dict[str, Any]:
    """The stacks over what is known of items when the test is asked."""
    return {called: stack.as_of(split.before("test")) for called, stack in stacks.items()}


def judged(
    split: Split, parts: InMemoryVersion, shares: Mapping[str, float], setup: Setup
) -> list[Row]:
    """Rows of the test part."""
    singles = {}
    for model in shares:
        answer = strategies.alone(model, parts, setup)
        singles[model] = strategies.judged(answer, split, setup)
        print(model, singles[model].figures[MEASURE], flush=True)
    best = max(singles, key=lambda model: singles[model].figures[MEASURE])
    proposing = strategies.build_pipeline(strategies.configuration(shares, setup), parts)
    together = {"rrf": proposing} | {
        called: replace(proposing, rankers=(strategies.ranker(parts, called),)) for called in HEADS
    }
    reports = {n: strategies.judged(p.recommend, split, setup) for n, p in together.items()}
    return [
        *(strategies.line(model, report) for model, report in singles.items()),
        *(strategies.line(called, each, singles[best]) for called, each in reports.items()),
    ]


def sequence_model(name: str, split: Split, config: SasRecConfig, seed: int) -> SasRec:
    """Trained on the training part, or read back from an earlier run with the same settings.

    What it holds out of the part before the test, to stop in time, is the validation part.
    """
    key = sha256(f"{name} {seed} {config.model_dump_json()}".encode()).hexdigest()[:12]
    folder = KEPT / key
    if not folder.exists():
        print(f"training {SEQUENCE} on {name}", flush=True)
        rng = np.random.default_rng(seed)
        made = SasRec.fit(split.before("test"), config, rng=rng, progress=sequences.told)
        save_model(folder, made, SEQUENCE, config, Note(created=datetime.now(UTC)))
    model = load_model(folder, MODELS)
    assert isinstance(model, SasRec)
    return model


if __name__ == "__main__":
    run("shop_hybrid", shop_hybrid, __doc__)
