"""NeuMF and Wide & Deep beside factors, and Wide & Deep as a predictor of likes.

Lists: leave-one-out, whole catalog, history masked; NeuMF, its product alone, Wide & Deep with
genres, ages, genders and occupations and the crosses of them, each with its defaults but at most
ten passes, beside iALS with the settings that were searched for on validation (preset
`films-ials`). The rate and the batch of the nets' defaults were chosen on the validation part of
ML-100K.

Likes: a rating of four or more is a like; a random tenth of the ratings tests, users and items
known. Wide & Deep learns from the events' signs alone and draws no items; LightGBM gets the same
columns: user and item as categories, genres, and the mean like of user and item in training, which
trees need and vectors learn. pytorch-widedeep, given by `--peer-python`, has the same layers,
batch, rate and crosses as ours, and the number of its epochs is chosen for it on a tenth of the
training ratings. Base rate: the same probability for all.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse
from scipy.stats import rankdata

from benchmarks import peer
from benchmarks.form import Asked, Result, Row, run
from omakase.build.presets import preset
from omakase.data.dataset import Dataset
from omakase.data.events import Events
from omakase.data.readers import load
from omakase.data.splits import leave_one_out
from omakase.data.weighting import EVERY_RATING
from omakase.evaluate.compare import Candidate, compare
from omakase.features.attributes import attribute_shares
from omakase.models import ials, neumf, wide_deep
from omakase.types import PAD, Queries

DATA = ("ml-100k", "ml-1m")
USER, ITEM = ("age", "gender", "occupation"), ("category",)
LIKED_FROM = 4.0
PRIOR, FOLDS = 10.0, 5
PASSES = 10
"""Most passes of the nets over the data; they stop before where validation does not rise."""
LIKES: Mapping[str, Any] = {"width": 16, "dropout": 0.4}
LIKES_PLAN: dict[str, Any] = {
    "epochs": 4,
    "batch": 512,
    "learning_rate": 1e-3,
    "weight_decay": 0.01,
    "schedule": "cosine",
}


def area_under_curve(truth: np.ndarray, chance: np.ndarray) -> float:
    """The chance that a liked item scores above another; ties count half."""
    liked = truth > 0
    wins = rankdata(chance)[liked].sum() - liked.sum() * (liked.sum() + 1) / 2
    return float(wins / (liked.sum() * (~liked).sum()))


def log_loss(truth: np.ndarray, chance: np.ndarray) -> float:
    """Mean negative log likelihood, in nats."""
    sure = np.clip(chance, 1e-15, 1 - 1e-15)
    return float(-np.mean(np.where(truth > 0, np.log(sure), np.log(1 - sure))))


def benchmark(asked: Asked) -> Result:
    """A table of lists and one of likes for each data set that is there."""
    rows: list[Row] = []
    versions: dict[str, str] = {}
    for name in DATA[:1] if asked.quick else DATA:
        if (asked.data / name).is_dir() or asked.data.name == name:
            data = load(asked.folder(name), weighting=EVERY_RATING).dataset
            rows += lists(name, data, asked)
            found, version = likes(data, asked)
            rows += [{"data": f"{name}, likes", **row} for row in found]
            versions |= version
    return Result(rows, versions=versions)


def lists(name: str, data: Dataset, asked: Asked) -> list[Row]:
    """The table of lists."""
    plan = {"epochs": 1 if asked.quick else PASSES}
    field = {"films-ials": Candidate(ials.Ials, preset("films-ials").config)}
    for parts in ("product", "both"):
        knobs: dict[str, Any] = {"parts": parts, "plan": _plan(neumf.NeuMfConfig(), plan)}
        field[f"neumf, {parts}"] = Candidate(neumf.NeuMf, neumf.NeuMfConfig(**knobs))
    field["wide_deep"] = Candidate(wide_deep.WideDeep, crossing(data, plan))
    seeds = asked.seeds[:1] if asked.quick else asked.seeds
    table = compare(field, leave_one_out(data), seeds=seeds, progress=told)
    return [{"data": f"{name}, lists", **row} for row in table.rows()]


def crossing(data: Dataset, plan: dict[str, Any], **knobs: Any) -> wide_deep.WideDeepConfig:
    """Wide & Deep with every user column crossed with every item column that the data have."""
    user = tuple(c for c in USER if c in data.users.columns)
    item = tuple(c for c in ITEM if c in data.items.columns)
    return wide_deep.WideDeepConfig(
        user={"values": user},
        item={"values": item},
        crosses=tuple((u, i) for u in user for i in item),
        plan=_plan(wide_deep.WideDeepConfig(), plan),
        **knobs,
    )


def _plan(config: neumf.NeuMfConfig | wide_deep.WideDeepConfig, changes: dict[str, Any]) -> Any:
    return config.plan.model_copy(update=changes)


def told(done: int, total: int, **figures: float) -> None:
    """How far it is."""
    print(f"{done} of {total} fits", flush=True)


def likes(data: Dataset, asked: Asked) -> tuple[list[Row], dict[str, str]]:
    """AUC and log loss of each predictor, means over seeds; the peer's version, if there is one."""
    seeds = asked.seeds[:1] if asked.quick else asked.seeds
    found: dict[str, list[tuple[float, float]]] = {}
    versions: dict[str, str] = {}
    for seed in seeds:
        test = np.random.default_rng(seed).random(len(data.events)) < 0.1
        learnt, asked_for = signed(data, ~test), signed(data, test)
        truth = asked_for.events.weights > 0
        ways = {"base rate": _base_rate, "lightgbm": _lightgbm, "wide_deep": _wide_deep}
        said = {
            name: predict(learnt, asked_for.events, np.random.default_rng(seed))
            for name, predict in ways.items()
        }
        if asked.peer_python is not None:
            answer = widedeep(learnt, asked_for.events, asked.peer_python, seed)
            said["pytorch-widedeep"] = answer.arrays["chance"]
            versions["pytorch-widedeep"] = answer.figures["version"]
        for name, chance in said.items():
            scored = (area_under_curve(truth, chance), log_loss(truth, chance))
            found.setdefault(name, []).append(scored)
    means = {name: np.mean(each, axis=0).tolist() for name, each in found.items()}
    return [
        {"model": n, "auc": auc, "log loss": loss} for n, (auc, loss) in means.items()
    ], versions


def widedeep(learnt: Dataset, asked: Events, python: Path, seed: int) -> peer.Answer:
    """What the peer says of the events asked: the same facts, the same net."""
    table = Columns(learnt)
    both = [(events.users, events.items) for events in (learnt.events, asked)]
    users, items = (np.concatenate(side) for side in zip(*both, strict=True))
    values = np.column_stack([users, items, table.user[users]]).astype(np.int64)
    arrays = {
        "values": values,
        "flags": table.item[items] > 0,
        "liked": (learnt.events.weights > 0).astype(np.int64),
    }
    settings = {
        "seed": seed, "learnt": len(learnt.events), "crossed": list(range(2, values.shape[1])),
        "width": LIKES["width"], "dropout": LIKES["dropout"], "hidden": [256, 128, 64],
        "epochs": 2 * LIKES_PLAN["epochs"], "batch": LIKES_PLAN["batch"],
        "learning_rate": LIKES_PLAN["learning_rate"], "weight_decay": LIKES_PLAN["weight_decay"],
    }  # fmt: skip
    return peer.ask(python, "widedeep_likes", arrays, settings)


def signed(data: Dataset, chosen: NDArray[np.bool_]) -> Dataset:
    """Some of the ratings, +1 for a like, -1 for none."""
    events = data.events.chosen(chosen)
    weights = np.where(events.values >= LIKED_FROM, 1.0, -1.0).astype(np.float32)
    return data.with_events(
        Events(events.users, events.items, events.kinds, events.values, weights, events.times)
    )


def _base_rate(learnt: Dataset, asked: Events, rng: np.random.Generator) -> NDArray[np.float64]:
    return np.full(len(asked), (learnt.events.weights > 0).mean())


def _wide_deep(learnt: Dataset, asked: Events, rng: np.random.Generator) -> NDArray[np.float64]:
    config = crossing(learnt, LIKES_PLAN, negatives=0, validation_users=0, **LIKES)
    model = wide_deep.WideDeep.fit(learnt, config, rng=rng)
    users, place = np.unique(asked.users, return_inverse=True)
    nobody = np.full((len(users), 1), PAD, dtype=np.int32)
    scores = np.empty(len(asked))
    for number, user in enumerate(users.astype(np.int32)):
        mine = place == number
        query = Queries.of(nobody[:1], users=np.asarray([user], dtype=np.int32))
        scores[mine] = model.score_items(query, asked.items[mine][None])[0]
    return 1 / (1 + np.exp(-scores))


def _lightgbm(learnt: Dataset, asked: Events, rng: np.random.Generator) -> NDArray[np.float64]:
    table = Columns(learnt)
    trees = lightgbm.LGBMClassifier(
        n_estimators=300,
        learning_rate=0.05,
        num_leaves=63,
        min_child_samples=50,
        random_state=int(rng.integers(2**31)),
        n_jobs=1,
        verbose=-1,
    )
    fold = rng.integers(FOLDS, size=len(learnt.events))
    y = learnt.events.weights > 0
    trees.fit(table.of(learnt.events, fold), y, categorical_feature=table.categories)
    return np.asarray(trees.predict_proba(table.of(asked)))[:, 1]


class Columns:
    """The same facts as Wide & Deep has, as columns for trees."""

    def __init__(self, learnt: Dataset) -> None:
        self.learnt = learnt
        user = [c for c in USER if c in learnt.users.columns]
        self.user = np.stack([codes(learnt.users.get_column(c)) for c in user], axis=1)
        item = [c for c in ITEM if c in learnt.items.columns]
        shares = attribute_shares(learnt.items, item)
        self.item = sparse.csr_array(sparse.hstack(shares)).toarray()
        self.categories = list(range(2 + self.user.shape[1]))
        self.liked = (learnt.events.weights > 0).astype(np.float64)

    def of(self, events: Events, fold: NDArray[np.int64] | None = None) -> NDArray[np.float64]:
        """(E, F) of any events; of those learnt from, with the (E,) fold that each is in.

        The means that describe a fold come from the others, so that no answer describes itself.
        """
        ids = np.stack([events.users, events.items], axis=1).astype(np.float64)
        told = [ids, self.user[events.users], self.item[events.items]]
        for side in ("users", "items"):
            learnt, asked = getattr(self.learnt.events, side), getattr(events, side)
            told.append(self._means(learnt, asked, fold)[:, None])
        return np.concatenate(told, axis=1)

    def _means(
        self, learnt: NDArray[np.int32], asked: NDArray[np.int32], fold: NDArray[np.int64] | None
    ) -> NDArray[np.float64]:
        if fold is None:
            return self._mean(learnt, self.liked, asked)
        out = np.empty(len(asked))
        for number in np.unique(fold):
            mine = fold == number
            out[mine] = self._mean(learnt[~mine], self.liked[~mine], asked[mine])
        return out

    def _mean(
        self, learnt: NDArray[np.int32], liked: NDArray[np.float64], asked: NDArray[np.int32]
    ) -> NDArray[np.float64]:
        """Share of likes of each asked row, drawn to that of all by PRIOR events."""
        size = int(max(learnt.max(), asked.max())) + 1
        count = np.bincount(learnt, minlength=size)[asked]
        total = np.bincount(learnt, weights=liked, minlength=size)[asked]
        return (total + PRIOR * liked.mean()) / (count + PRIOR)


def codes(column: pl.Series) -> NDArray[np.float64]:
    """A number for each value, -1 where there is none."""
    known = {value: float(n) for n, value in enumerate(column.drop_nulls().unique().sort())}
    return np.asarray([known.get(value, -1.0) for value in column])


if __name__ == "__main__":
    run("neural_pairs", benchmark, __doc__)
