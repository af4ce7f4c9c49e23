"""What comes next: the presets of SASRec on the data sets of the literature.

Leave-one-out: the last item of each user tests, the one before validates (and tells when to stop),
the rest trains; the whole catalog is ranked, the history is masked, items that training has not
seen are not asked for. Nothing is trained again for the test; the validation item is part of the
history then, as in the papers. Settings were chosen on the validation part. One row a seed, then
the mean; "published" is the highest figure that we know of. "seconds" are those of the training
steps, in one thread; a benchmark that was killed goes on where it was, until it is written.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.form import Asked, Result, Row, rounded, run
from omakase.build.presets import preset
from omakase.data.dataset import Dataset
from omakase.data.readers import load
from omakase.data.splits import Split, leave_one_out
from omakase.data.weighting import EVERY_RATING
from omakase.evaluate.run import evaluate
from omakase.models.popular import Popular, PopularConfig
from omakase.models.sasrec import SasRec, SasRecConfig

EVERYONE = 1_000_000


@dataclass(frozen=True)
class Anchor:
    """What is to be beaten on a data set.

    Attributes:
        preset: ours.
        recall, ndcg: the highest published, at 10.
        by: who published it.
    """

    preset: str
    recall: float
    ndcg: float
    by: str


ANCHORS = {
    "s3rec-Beauty": Anchor("shop-sasrec", 0.0928, 0.0531, "eSASRec, RecSys 2025"),
    "s3rec-Sports_and_Outdoors": Anchor(
        "large-shop-sasrec", 0.0569, 0.0323, "eSASRec, RecSys 2025"
    ),
}


def sequences(asked: Asked) -> Result:
    """Shops."""
    return tables(asked, ANCHORS)


def tables(asked: Asked, anchors: Mapping[str, Anchor]) -> Result:
    """A table a data set that is there."""
    chosen = {name: anchors[name] for name in present(asked, anchors)}
    if asked.quick:
        chosen = dict(list(chosen.items())[:1])
    rows: list[Row] = []
    for name, anchor in chosen.items():
        data = load(asked.folder(name), weighting=EVERY_RATING).dataset
        rows += table(name, data, anchor, asked)
    return Result(rows, [verdict(name, anchor, rows) for name, anchor in chosen.items()])


def present(asked: Asked, anchors: Mapping[str, Anchor]) -> list[str]:
    """The data sets in the folder; one of them may be the folder itself."""
    return [n for n in anchors if (asked.data / n).is_dir() or asked.data.name == n]


def table(name: str, data: Dataset, anchor: Anchor, asked: Asked) -> Iterator[Row]:
    """Popularity, each seed, their mean, and what was published."""
    split = leave_one_out(data)
    floor = Popular.fit(split.train, PopularConfig(), rng=np.random.default_rng(0))
    yield row(name, "popular", evaluate(floor, split).figures)
    config = settings(anchor.preset, asked.quick)
    seeds = asked.seeds[: 1 if asked.quick else None]
    runs = [trained(split, config, seed) for seed in seeds]
    forget(split, config, seeds)
    for seed, each in zip(seeds, runs, strict=True):
        yield {**row(name, anchor.preset, each), "seed": seed}
    yield {**row(name, f"{anchor.preset}, mean", mean(runs)), "of seeds": len(runs)}
    yield {
        "data": name,
        "model": f"published: {anchor.by}",
        "recall@10": anchor.recall,
        "ndcg@10": anchor.ndcg,
    }


def settings(name: str, quick: bool) -> SasRecConfig:
    """The preset, with the item before the last of everyone as validation."""
    config = preset(name).config
    assert isinstance(config, SasRecConfig)
    objective = config.objective.model_copy(update={"validation_users": EVERYONE})
    plan = config.plan.model_copy(update={"epochs": 1}) if quick else config.plan
    return config.model_copy(update={"objective": objective, "plan": plan})


def trained(split: Split, config: SasRecConfig, seed: int) -> dict[str, Any]:
    """Figures of one fit; what `fit` holds out of the part before the test is the validation."""
    data = split.before("test")
    folder = unfinished(data, config, seed)
    done = folder / "figures.json"
    if done.exists():  # the benchmark was killed after this seed
        return dict(json.loads(done.read_text(encoding="utf-8")))
    plan = config.plan.model_copy(update={"checkpoint_folder": str(folder)})
    config = config.model_copy(update={"plan": plan})
    model = SasRec.fit(data, config, rng=np.random.default_rng(seed), progress=told)
    figures = judged(model, split)
    folder.mkdir(parents=True, exist_ok=True)
    done.write_text(json.dumps(rounded(figures)), encoding="utf-8")
    return figures


def judged(model: SasRec, split: Split) -> dict[str, Any]:
    """Figures of the test, and how training went."""
    figures = model.curve[:, 2]
    return {
        **evaluate(model, split).figures,
        "validation ndcg@10": float(np.nanmax(figures)),
        "epochs": len(model.curve),
        "seconds": float(model.curve[:, 3].sum()),
        "curve": " ".join(f"{f:.4f}" for f in figures if not np.isnan(f)),
    }


def forget(split: Split, config: SasRecConfig, seeds: Iterable[int]) -> None:
    """So that the next benchmark measures anew."""
    for seed in seeds:
        shutil.rmtree(unfinished(split.before("test"), config, seed), ignore_errors=True)


def unfinished(data: Dataset, config: SasRecConfig, seed: int) -> Path:
    """Where a run of these data, settings and seed leaves what it has."""
    told = f"{len(data.events)} {data.n_users} {data.n_items} {seed} {config.model_dump_json()}"
    name = hashlib.sha256(told.encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / "omakase-sequences" / name


def told(done: int, total: int, **figures: float) -> None:
    """How far it is."""
    print(f"epoch {done} of {total}", *(f"{k} {v:.4f}" for k, v in figures.items()), flush=True)


def row(name: str, model: str, figures: dict[str, Any]) -> Row:
    """The columns of the page."""
    wanted = ("recall@10", "ndcg@10", "coverage@10", "validation ndcg@10", "epochs", "seconds")
    found = {
        key: figures[key]
        for key in (*wanted, "recall@10 ±", "ndcg@10 ±", "curve")
        if key in figures
    }
    return {"data": name, "model": model, **found}


def mean(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """Means over seeds; ± is their standard deviation."""
    numbers = {k: [float(each[k]) for each in runs] for k in runs[0] if k != "curve"}
    spread = {
        f"{k} ±": float(np.std(numbers[k], ddof=1)) if len(runs) > 1 else 0.0
        for k in ("recall@10", "ndcg@10")
    }
    return {**{k: float(np.mean(v)) for k, v in numbers.items()}, **spread}


def verdict(name: str, anchor: Anchor, rows: list[Row]) -> str:
    """A sentence: above or below what was published."""
    ours = next(r for r in rows if r["data"] == name and "of seeds" in r)
    parts = [
        f"{measure} {ours[measure]:.4f} is {'above' if ours[measure] > bar else 'below'} {bar}"
        for measure, bar in (("recall@10", anchor.recall), ("ndcg@10", anchor.ndcg))
    ]
    return f"{name}: {', '.join(parts)} ({anchor.by})"


if __name__ == "__main__":
    run("sequences", sequences, __doc__)
