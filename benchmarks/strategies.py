"""Two stages against one: every way to put models together, and the best model alone.

ML-1M is cut by leave-one-out; ML-100K and dunnhumby by time, the newest tenth of all events tests.
In the shop what was bought before may be bought again, so nothing is hidden there. The models learn
from the training part (for the cut by time again from training and validation together before the
test); shares and the order of sources follow from each model's NDCG@10 on the validation part, and
stacks learn there and nowhere else, from the hundred candidates that reciprocal rank fusion would
have proposed. "gain" is the paired difference in NDCG@10 to the best single model of this table
with its 95 % bootstrap interval over people; the best single model is the one that did best on the
test itself, which favours it. The hybrid of the notes, "chosen", is decided where the stacks learn,
never on the test: of fusion alone and the stacks, in this order, the plainest whose NDCG@10 of
lists that it had not learnt from is within a standard error of the best. Milliseconds are for one
request, whole pipeline, on a machine that may be busy.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from benchmarks.form import Asked, Result, Row, run
from omakase.artifacts.in_memory import InMemoryVersion
from omakase.data.dataset import Dataset
from omakase.data.readers import load
from omakase.data.splits import Part, Split, by_time, leave_one_out
from omakase.data.weighting import EVERY_RATING
from omakase.evaluate.confidence import paired_difference
from omakase.evaluate.questions import evaluation_queries
from omakase.evaluate.report import Report
from omakase.evaluate.run import evaluate
from omakase.features.profiles import profiled
from omakase.pipeline.pipeline import Pipeline
from omakase.pipeline.stack_examples import Impressions, StackLearner, as_scores
from omakase.pipeline.strategies import Strategies
from omakase.rankers.stacked import Stacked
from omakase.registry import MODELS, build_pipeline, fit_model
from omakase.stacking.examples import StackExamples
from omakase.stacking.stack import Component, Stack, StackConfig
from omakase.types import Queries, Scores, Slate

K = 10
POOL = 100
BLOCK = 64
MEASURE = f"ndcg@{K}"
HEADS = {
    "stacking (logistic)": "logistic",
    "stacking": "trees",
    "wide & deep": "wide_deep",
    "attention": "attention",
}
Answer = Callable[[Queries, int], Slate]


@dataclass(frozen=True)
class Setup:
    """How one data set is asked.

    Attributes:
        cut: into parts.
        models: name to knobs other than the defaults.
        fades: models that a stack hears a second time, with older events fading.
        again: whether what the history holds may be shown.
        earlier: parts before the validation part that stacks learn from too, each cut from what
            came before it.
        lists: most lists of a part that stacks learn from, drawn at random.
    """

    cut: Callable[[Dataset], Split]
    models: Mapping[str, Mapping[str, Any]]
    fades: Mapping[str, float] = field(default_factory=dict)
    again: bool = False
    earlier: int = 0
    lists: int = 2_000


BASE: Mapping[str, Mapping[str, Any]] = {
    "popular": {},
    "trending": {},
    "user_knn": {},
    "item_knn": {},
    "ials": {},
    "transitions": {},
}
SETUPS = {
    "ml-100k": Setup(by_time, {**BASE, "ease": {}, "biased_mf": {}}, {"ease": 0.9}, earlier=2),
    "dunnhumby-completejourney-sample": Setup(
        by_time, {**BASE, "pure_svd": {}}, again=True, earlier=1
    ),
    "ml-1m": Setup(
        leave_one_out,
        {name: {} for name in ("popular", "item_knn", "ials", "transitions", "ease")},
        {"ease": 0.8},
    ),
}


def strategies(asked: Asked) -> Result:
    """One table a data set."""
    chosen = {"ml-100k": SETUPS["ml-100k"]} if asked.quick else SETUPS
    rows: list[Row] = []
    notes: list[str] = []
    for name, setup in chosen.items():
        found = table(
            load(asked.folder(name), weighting=EVERY_RATING).dataset, setup, asked.seeds[0]
        )
        rows += [{"data": name, **row} for row in found]
        notes.append(verdict(name, found))
    return Result(rows, notes)


def table(data: Dataset, setup: Setup, seed: int) -> list[Row]:
    """Singles, then strategies; the gain of each strategy over the best single."""
    split = setup.cut(data)
    before = fitted_parts(split, "validation", setup, seed)
    shares = validated(split, before, setup)
    learnt = stacks(split, before, shares, setup, seed)
    after = fitted_parts(split, "test", setup, seed) if split.refits else before
    singles = {n: judged(alone(n, after, setup), split, setup) for n in setup.models}
    best = max(singles, key=lambda name: singles[name].figures[MEASURE])
    newer = {name: stack.as_of(split.learnt("test")) for name, stack in learnt.items()}
    made = built(replace(after, stacks=newer), shares, setup)
    answers = {**{name: p.recommend for name, p in made.pipelines.items()}, "auto": made.recommend}
    together = {name: judged(answer, split, setup) for name, answer in answers.items()}
    lines = [
        *(line(name, report) for name, report in singles.items()),
        *(line(name, report, singles[best]) for name, report in together.items()),
    ]
    return marked(lines, choice(learnt))


def choice(learnt: Mapping[str, Stack]) -> str:
    """The plainest within a standard error of the best on unseen lists: fusion, or a stack.

    Paper: Breiman et al., "Classification and Regression Trees", 1984 (the 1-SE rule).
    """
    for name, stack in learnt.items():
        own, fused, error = stack.figure
        print(f"{name}: {own:.4f} of unseen lists, fused {fused:.4f}, error {error:.4f}")
    own, fused, error = max((stack.figure for stack in learnt.values()), key=lambda f: float(f[0]))
    plain = {"rrf": fused, **{name: stack.figure[0] for name, stack in learnt.items()}}
    return next(name for name, figure in plain.items() if figure >= own - error)


def marked(lines: list[Row], name: str) -> list[Row]:
    """The same rows, the one of that name with a mark."""
    return [{**row, **({"chosen": True} if row["model"] == name else {})} for row in lines]


def fitted_parts(split: Split, part: Part, setup: Setup, seed: int) -> InMemoryVersion:
    """All models, from what may be learnt before a part."""
    data = split.learnt(part)
    made = {
        name: fit_model(name, data, MODELS[name].config_type(**knobs), seed=seed)
        for name, knobs in setup.models.items()
    }
    return InMemoryVersion(data.items, made)


def validated(split: Split, parts: InMemoryVersion, setup: Setup) -> dict[str, float]:
    """Each model's NDCG@10 on the validation part, best first: what its share follows from."""
    figures = {
        name: evaluate(model, split, "validation", k=K, mask_seen=not setup.again).figures[MEASURE]
        for name, model in parts.models.items()
    }
    return dict(sorted(figures.items(), key=lambda pair: -pair[1]))


def configuration(shares: Mapping[str, float], setup: Setup) -> dict[str, Any]:
    """A source a model, best first, its share the square of its figure (never nothing)."""
    return {
        "name": "together",
        "sources": [
            {"kind": "scored", "name": name, "share": figure**2 + 1e-6, "config": {"model": name}}
            for name, figure in shares.items()
        ],
        "merge": {"kind": "rrf"},
        "gate": {"seen": "show" if setup.again else "hide"},
        "fallback": {"kind": "fixed", "config": {"model": "popular"}},
        "pool": POOL,
    }


def stacks(
    split: Split, parts: InMemoryVersion, shares: Mapping[str, float], setup: Setup, seed: int
) -> dict[str, Stack]:
    """A stack a head, from the validation part and the earlier ones."""
    learner, newest = window(split, "validation", parts, shares, setup)
    examples = StackExamples.joined([*earlier(split, shares, setup, seed), newest])
    return {
        name: learnt_by(learner, configured(shares, setup, head), examples, seed)
        for name, head in HEADS.items()
    }


def window(
    split: Split, part: Part, parts: InMemoryVersion, shares: Mapping[str, float], setup: Setup
) -> tuple[StackLearner, StackExamples]:
    """Candidates for the questions of a part, and what became of them."""
    proposing = build_pipeline(configuration(shares, setup), parts)
    asked = evaluation_queries(split, part, mask_seen=not setup.again)
    lots = np.random.default_rng(0).permutation(len(asked))[: setup.lists]
    chosen = np.sort(lots).astype(np.int32)
    learner = StackLearner(proposing, parts, split.before(part), POOL)
    shown = Impressions(asked.queries(chosen), asked.truth[chosen])
    return learner, learner.examples(configured(shares, setup, "wide_deep"), shown)


def earlier(
    split: Split, shares: Mapping[str, float], setup: Setup, seed: int
) -> Iterator[StackExamples]:
    """The newest tenth of what came before, and so on backwards; models learn before it."""
    data = split.train
    for _ in range(setup.earlier):
        inner = setup.cut(data)
        parts = fitted_parts(inner, "test", setup, seed)
        yield window(inner, "test", parts, shares, setup)[1]
        data = inner.before("test")


def configured(shares: Mapping[str, float], setup: Setup, head: str) -> StackConfig:
    """The stack: all models, some of them a second time with older events fading."""
    plain = [Component(model=name) for name in shares]
    faded = [Component(model=name, fade=fade) for name, fade in setup.fades.items()]
    return StackConfig(components=(*plain, *faded), head=head, folds=2)


def learnt_by(
    learner: StackLearner, config: StackConfig, examples: StackExamples, seed: int
) -> Stack:
    """One stack."""
    print(f"learning {config.head} from {len(examples)} lists", flush=True)
    return learner.fit(config, examples, rng=np.random.default_rng(seed))


def built(parts: InMemoryVersion, shares: Mapping[str, float], setup: Setup) -> Strategies:
    """Every strategy over the same sources."""
    rankers = {name: ranker(parts, name) for name in HEADS}
    return Strategies.of(build_pipeline(configuration(shares, setup), parts), rankers)


def ranker(parts: InMemoryVersion, name: str) -> Stacked:
    """The ranker of a stack."""
    return Stacked.of(Stacked.config_type(stack=name), parts)


def alone(name: str, parts: InMemoryVersion, setup: Setup) -> Answer:
    """One model's own list."""
    only = {**configuration({name: 1.0}, setup), "merge": {"kind": "interleave"}}
    pipeline: Pipeline = build_pipeline(only, parts)
    return pipeline.recommend


@dataclass(frozen=True)
class Scored:
    """Whatever answers, as something that `evaluate` can ask."""

    answer: Answer
    data: Dataset

    def score(self, queries: Queries) -> Scores:
        """(B, N) in the order of the answer."""
        blocks = [queries[at : at + BLOCK] for at in range(0, len(queries), BLOCK)]
        asked = [profiled(block, self.data.users) for block in blocks]
        return np.concatenate([as_scores(self.answer(q, K), self.data.n_items) for q in asked])


def judged(answer: Answer, split: Split, setup: Setup) -> Report:
    """On the test part."""
    asked = Scored(answer, split.train)
    return evaluate(asked, split, "test", k=K, mask_seen=not setup.again)


def line(name: str, report: Report, best: Report | None = None) -> Row:
    """A row of the table."""
    shown = ("ndcg", "recall", "coverage", "diversity", "novelty")
    row: dict[str, Any] = {"model": name}
    row |= {f"{measure}@{K}": report.figures[f"{measure}@{K}"] for measure in shown}
    row["ms"] = report.cost.answer_milliseconds
    if best is not None:
        rng = np.random.default_rng(0)
        gap = paired_difference(report.per_query[MEASURE], best.per_query[MEASURE], rng=rng)
        row |= {"gain": gap.mean, "gain 95 %": [gap.low, gap.high]}
    return row


def verdict(name: str, rows: list[Row]) -> str:
    """Whether the hybrid that was chosen beats the best single model surely."""
    singles = [row for row in rows if "gain" not in row]
    best = max(singles, key=lambda row: float(row[f"ndcg@{K}"]))
    chosen = next(row for row in rows if row.get("chosen"))
    low, high = chosen["gain 95 %"]
    sure = "surely better" if low > 0 else "within chance of it" if high > 0 else "worse"
    return (
        f"{name}: the hybrid, {chosen['model']}, has {MEASURE} {chosen[MEASURE]:.4f}, the best "
        f"single model ({best['model']}) {best[MEASURE]:.4f}: {sure} ({low:.4f} to {high:.4f})."
    )


if __name__ == "__main__":
    run("strategies", strategies, __doc__)
