"""The steps of `benchmarks.scale`, each a process: build, learn, truth, serve."""

import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from omakase.artifacts.in_memory import InMemoryVersion
from omakase.evaluate.index import nearest, quality, tuned, with_effort
from omakase.features.moment import Moment
from omakase.index.with_faiss.ivf import FaissScalar
from omakase.index.with_faiss.ivf import IvfConfig as ListsConfig
from omakase.models.ials import Ials, IalsConfig
from omakase.models.popular import Popular
from omakase.pipeline.pipeline import Pipeline
from omakase.registry import build_pipeline
from omakase.stacking.examples import StackExamples
from omakase.stacking.stack import Component, Stack, StackConfig, features
from omakase.types import PAD, Context, Queries, Slate, Vectors

K, SHOWN, POOL = 100, 10, 500
VALIDATING, ASKED, WARM = 500, 1_000, 30
WANTED = 0.96
LIST_SIZE = 2_400
TIME = 1_700_000_000
CURVE = (8, 16, 32, 64, 96, 128, 192, 256)

PIPELINE: dict[str, Any] = {
    "name": "home",
    "sources": [
        {
            "kind": "indexed",
            "name": "als",
            "share": 0.7,
            "config": {"model": "als", "index": "als"},
        },
        {
            "kind": "item_to_item",
            "share": 0.2,
            "quota": 100,
            "config": {"model": "als", "index": "als", "recent": 1},
        },
        {"kind": "fixed", "name": "popular", "share": 0.1, "quota": 50, "config": {"model": "pop"}},
    ],
    "merge": {"kind": "rrf"},
    "rankers": [
        {"kind": "cut", "config": {"k": POOL}},
        {"kind": "stacked", "config": {"stack": "trees"}},
        {"kind": "mmr", "config": {"model": "als"}},
        {"kind": "caps", "config": {"column": "category", "share": 0.4}},
    ],
    "rules": {"filters": ["item.stock > 0", "item.price <= context.budget"]},
    "fallback": {"kind": "fixed", "config": {"model": "pop"}},
    "pool": POOL,
}


@dataclass(frozen=True)
class Folder:
    """A world on disk, and what was made of it."""

    path: Path

    @cached_property
    def vectors(self) -> Vectors:
        """(N, D), memory-mapped."""
        return self.read("vectors")

    @cached_property
    def histories(self) -> NDArray[np.int32]:
        """(U, L), memory-mapped."""
        return self.read("histories")

    @cached_property
    def model(self) -> Ials:
        """The model as it is loaded: nothing big is read."""
        count = len(self.vectors)
        config = IalsConfig(unobserved=20 / count, l2=0.05)
        arrays = {name: self.read(name) for name in ("gram", "typical")}
        return Ials.from_arrays({"items": self.vectors, **arrays}, config)

    @cached_property
    def items(self) -> pl.DataFrame:
        """The catalog."""
        return pl.read_parquet(self.path / "items.parquet")

    def read(self, name: str) -> NDArray[Any]:
        """An array, memory-mapped."""
        return np.load(self.path / f"{name}.npy", mmap_mode="r")

    def index(self) -> FaissScalar:
        """The index, with the probes that were found."""
        config = ListsConfig()
        found = FaissScalar.from_arrays({"faiss": self.read("index")}, config)
        probes = self.path / "probes.json"
        return (
            with_effort(found, "probes", json.loads(probes.read_text()))
            if probes.exists()
            else found
        )

    def people(self, seed: int, count: int) -> NDArray[np.int64]:
        """Rows of people drawn at random."""
        return np.random.default_rng(seed).choice(len(self.histories), count, replace=False)

    def asked(self, people: NDArray[np.int64], *, budget: float = 1e9) -> Queries:
        """Their questions."""
        contexts = (Context(budget=budget),) * len(people)
        return Queries.of(
            np.array(self.histories[people]),
            users=people.astype(np.int32),
            now=np.full(len(people), TIME, dtype=np.int64),
            contexts=contexts,
        )

    def parts(self, index: FaissScalar) -> InMemoryVersion:
        """What the pipeline is built of, this index among it: a process holds but one."""
        models = {"als": self.model, "pop": Popular(self.read("popularity"))}
        stack = Stack.from_arrays(
            {name: self.read(f"stack.{name}") for name in stack_names(self.path)}, stacked()
        )
        return InMemoryVersion(self.items, models, {"als": index}, {"trees": stack})


def build(folder: Folder, quick: bool) -> dict[str, Any]:
    """The index, and what the model would have saved beside its vectors."""
    vectors, start = folder.vectors, time.perf_counter()
    lists = max(16, len(vectors) // LIST_SIZE)
    config = ListsConfig(lists=lists, learnt_from=64)
    index = FaissScalar.build(vectors, config, rng=np.random.default_rng(0))
    built = time.perf_counter() - start
    array = index.arrays()["faiss"]
    np.save(folder.path / "index.npy", array)
    gram = np.zeros((vectors.shape[1],) * 2, dtype=np.float32)
    for at in range(0, len(vectors), 100_000):
        some = vectors[at : at + 100_000]
        gram += some.T @ some
    np.save(folder.path / "gram.npy", gram)
    np.save(folder.path / "typical.npy", np.asarray(vectors[:: len(vectors) // 1000]).mean(axis=0))
    return {
        "build s": built,
        "save s": time.perf_counter() - start - built,
        "index MB": array.nbytes / 1e6,
        "lists": lists,
        "GB building": peak_gb(),
    }


def learn(folder: Folder, quick: bool) -> dict[str, Any]:
    """The trees, from what the index proposes and what people had later."""
    table = item_table(folder)
    people = folder.people(5, 60 if quick else 400)
    history = np.array(folder.histories[people])
    late = history[:, -5:]
    queries = Queries.of(history[:, :-5], now=np.full(len(people), TIME, dtype=np.int64))
    found = folder.index().search(folder.model.query_vectors(queries), POOL)
    right = (found.items[:, :, None] == late[:, None, :]).any(axis=2)
    moment = Moment.restored(table, folder.items)
    names, told = features(stacked(), [folder.model], moment, queries, found.items)
    examples = StackExamples(names, told, right, found.items != PAD)
    stack = Stack.fit(examples, stacked(), table, rng=np.random.default_rng(0))
    for name, array in stack.arrays().items():
        np.save(folder.path / f"stack.{name}.npy", array)
    return {"features": len(names)}


def item_table(folder: Folder) -> NDArray[np.float32]:
    """(N, 24) features of items, on a log scale, made of what the world knows of them."""
    liked, price = folder.read("popularity"), folder.items["price"].to_numpy()
    rng = np.random.default_rng(6)
    columns = [np.log1p(1000 * liked), np.log1p(price).astype(np.float32)]
    table = np.empty((len(liked), 24), dtype=np.float32)
    for n in range(table.shape[1]):
        noise = rng.standard_normal(len(liked), dtype=np.float32)
        table[:, n] = columns[n % 2] + (n > 1) * noise
    return table


def truth(folder: Folder, quick: bool) -> dict[str, Any]:
    """The exact nearest of those who validate and of those who are asked."""
    for name, people in groups(folder, quick).items():
        probes = folder.model.query_vectors(folder.asked(people))
        np.save(folder.path / f"truth.{name}.npy", nearest(folder.vectors, probes, K).items)
    return {}


def groups(folder: Folder, quick: bool) -> dict[str, NDArray[np.int64]]:
    """Two groups of different people."""
    sizes = (50, 100) if quick else (VALIDATING, ASKED)
    both = folder.people(7, sum(sizes))
    return {"validating": both[: sizes[0]], "asked": both[sizes[0] :]}


def serve(folder: Folder, quick: bool) -> dict[str, Any]:
    """What is found and how long it takes."""
    people = groups(folder, quick)
    index = choose(folder, people["validating"])
    probes = folder.model.query_vectors(folder.asked(people["asked"]))
    truth = folder.read("truth.asked")
    found = quality(index, probes, np.array(truth))
    start = time.perf_counter()
    pipeline = build_pipeline(PIPELINE, folder.parts(index))
    answer(pipeline, folder, people["validating"][0])
    loaded = time.perf_counter() - start
    row = {
        "probes": index.config.probes,
        "recall@100": found.recall,
        "search p50 ms": found.milliseconds,
        "search p99 ms": found.slow_milliseconds,
        "load s": loaded,
        **answers(pipeline, folder, people),
        "GB serving": peak_gb(),
        "of it not mapped": own_gb(),
    }
    few = 100 if quick else 300
    return row | {"curve": curve(index, probes[:few], np.array(truth[:few]))}


def choose(folder: Folder, people: NDArray[np.int64]) -> FaissScalar:
    """The index with the least probes that find enough, on people who are not asked again."""
    probes = folder.model.query_vectors(folder.asked(people))
    index: Any = tuned(folder.index(), probes, np.array(folder.read("truth.validating")), WANTED)
    (folder.path / "probes.json").write_text(json.dumps(index.config.probes))
    return index


def answers(
    pipeline: Pipeline, folder: Folder, people: dict[str, NDArray[np.int64]]
) -> dict[str, float]:
    """Milliseconds of whole answers and of kept ones; the slowest stage is told by its share."""
    for person in people["validating"][:WARM]:
        answer(pipeline, folder, person)
    kept: dict[int, Slate] = {}

    def first(person: int) -> None:
        kept[person] = answer(pipeline, folder, person)

    def again(person: int) -> Slate:
        return pipeline.gate.rank(folder.asked(np.asarray([person])), kept[person])

    whole, cached = (timed(work, people["asked"]) for work in (first, again))
    shown = [int((slate.items != PAD).sum()) for slate in kept.values()]
    return {
        **{f"{name} ms": value for name, value in whole.items()},
        **{f"{name} ms cached": whole for name, whole in cached.items()},
        "answers of ten": float(np.mean(np.asarray(shown) == SHOWN)),
    }


def answer(pipeline: Pipeline, folder: Folder, person: Any) -> Slate:
    """One whole answer, the look-up of the history included."""
    queries = folder.asked(np.asarray([person]), budget=20_000 + 100 * (int(person) % 400))
    return pipeline.recommend(queries, SHOWN)


def timed(work: Callable[[int], object], people: NDArray[np.int64]) -> dict[str, float]:
    """Quantiles by the clock and of processor time."""
    wall, own = [], []
    for person in people.tolist():
        began, worked = time.perf_counter(), time.thread_time()
        work(person)
        own.append(1000 * (time.thread_time() - worked))
        wall.append(1000 * (time.perf_counter() - began))
    names = (("p50", wall, 0.5), ("p99", wall, 0.99), ("processor p50", own, 0.5))
    names += (("processor p99", own, 0.99),)
    return {name: float(np.quantile(values, q)) for name, values, q in names}


def curve(index: Any, probes: Vectors, truth: NDArray[np.int32]) -> list[tuple[float, float]]:
    """(milliseconds, recall) by effort."""
    efforts = [n for n in CURVE if n <= index.native.nlist]
    found = [quality(with_effort(index, "probes", n), probes, truth) for n in efforts]
    return [(each.milliseconds, each.recall) for each in found]


def stacked() -> StackConfig:
    """The stack: ALS's own say and the features of D7, weighed by trees."""
    return StackConfig(components=(Component(model="als"),), folds=2)


def stack_names(path: Path) -> Iterator[str]:
    """Names of the stack's arrays."""
    for file in path.glob("stack.*.npy"):
        yield file.name.removeprefix("stack.").removesuffix(".npy")


def peak_gb() -> float:
    """Largest resident size of this process."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9


def own_gb() -> float:
    """What of this process's memory is in no file, and so cannot be let go and read again."""
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="ascii").splitlines() if status.exists() else []
    return sum(int(line.split()[1]) for line in lines if line.startswith("RssAnon:")) * 1024 / 1e9


STEPS: dict[str, Callable[[Folder, bool], dict[str, Any]]] = {
    "build": build,
    "learn": learn,
    "truth": truth,
    "serve": serve,
}

if __name__ == "__main__":
    step, path, quick = sys.argv[1:]
    print(json.dumps(STEPS[step](Folder(Path(path)), bool(int(quick)))))
