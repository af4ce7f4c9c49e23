"""What varied lists cost: accuracy against variety at each place of the knob, on later events."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from omakase.arrays.topk import mask_rows, top_k
from omakase.artifacts.in_memory import InMemoryVersion
from omakase.data.dataset import Dataset
from omakase.data.splits import Split
from omakase.errors import CapabilityError
from omakase.evaluate import accuracy, beyond
from omakase.evaluate.compare import Candidate, FitsModel
from omakase.evaluate.fit_inputs import fit_inputs
from omakase.evaluate.questions import EvaluationQueries, evaluation_queries
from omakase.evaluate.run import Catalog, right_places
from omakase.protocols import Embeds, Model
from omakase.rankers.caps import Caps, CapsConfig
from omakase.rankers.mmr import Mmr, MmrConfig
from omakase.registry import MODELS, fit_model
from omakase.types import PAD, Context, Progress, Queries, Rows, Slate, silent

KNOBS: Final = tuple(n / 10 for n in range(11))
PEOPLE: Final = 2000
"""Most people who are asked about; drawn, where there are more."""

BLOCK: Final = 128
DEPTH: Final = 50
"""Candidates that are rearranged, as when people are answered."""


class Spreader(Protocol):
    """What rearranges a list by how varied its people want it."""

    def rank(self, queries: Queries, slate: Slate) -> Slate:
        """(B, K) the same items in another order."""
        ...


@dataclass(frozen=True)
class TradeOffPoint:
    """Lists at one place of the knob.

    Attributes:
        knob: 0 by score alone … 1 as varied as can be.
        ndcg, recall: of the lists, mean over people, 0..1.
        diversity: mean of 1 - cosine of two items of a list, by who used them.
        coverage: share of the catalog that is in any list.
    """

    knob: float
    ndcg: float
    recall: float
    diversity: float
    coverage: float


@dataclass(frozen=True)
class TradeOff:
    """The whole knob.

    Attributes:
        people: whose lists were judged.
        spread_by: name of the model whose vectors tell likeness; "category" where none has any.
    """

    k: int
    people: int
    spread_by: str
    points: Sequence[TradeOffPoint]


def trade_off(
    split: Split,
    side: Candidate,
    others: Sequence[str],
    *,
    k: int = 10,
    seed: int = 0,
    mask_seen: bool = True,
    progress: Progress = silent,
) -> TradeOff:
    """Fit a recipe on what precedes the "test" part, and judge its lists at each place of the knob.

    Args:
        others: models of the version that may lend their vectors, where the recipe has none.

    Raises:
        EmptyData: the part holds nothing that could be predicted.
        CapabilityError: nothing tells which items are alike.
    """
    learnt, config = fit_inputs(side.config, split, "test")
    model = side.cls.fit(learnt, config, rng=np.random.default_rng(seed))
    data = split.learnt("test")
    spread_by, spreaders = _spreaders(model, others, data, seed)
    questions = evaluation_queries(split, "test", mask_seen=mask_seen)
    is_shown = np.zeros((len(KNOBS), data.n_items), dtype=np.bool_)
    judge = _Judge(questions, Catalog.of(data), spreaders, k, is_shown)
    people = _sample(len(questions), seed)
    for start in range(0, len(people), BLOCK):
        block = people[start : start + BLOCK]
        queries = questions.queries(block)
        judge.hear(block, queries, top_k(mask_rows(model.score(queries), queries.exclude), DEPTH))
        progress(start + len(block), len(people))
    return TradeOff(k, len(people), spread_by, [judge.point(n) for n in range(len(KNOBS))])


@dataclass
class _Judge:
    """Sums over people, and what was shown, at each place of the knob.

    Attributes:
        shown: (knobs, N) whether an item was in any list.
        figures: (people, 3) of each block and place: NDCG, recall, diversity (NaN below two items).
    """

    asked: EvaluationQueries
    catalog: Catalog
    spreaders: Mapping[float, Spreader]
    k: int
    shown: NDArray[np.bool_]
    figures: dict[int, list[NDArray[np.float64]]] = field(default_factory=lambda: defaultdict(list))

    def hear(self, people: Rows, queries: Queries, slate: Slate) -> None:
        """Judge the lists of some people, made of their best candidates."""
        rows, items = self.asked.right(people)
        relevant = self.asked.relevant[people]
        for number, knob in enumerate(KNOBS):
            wanted = replace(queries, contexts=(Context(diversity=knob),) * len(people))
            lists = self.spreaders[knob].rank(wanted, slate).items[:, : self.k]
            hits = right_places(lists, self.k, rows, items, self.shown.shape[1])
            varied = beyond.intra_list_diversity(lists, self.catalog.company)
            figures = (accuracy.ndcg(hits, relevant), accuracy.recall(hits, relevant), varied)
            self.figures[number].append(np.stack(figures, axis=1))
            self.shown[number, lists[lists != PAD]] = True

    def point(self, number: int) -> TradeOffPoint:
        """What was heard at one place."""
        ndcg, recall, diversity = np.nanmean(np.concatenate(self.figures[number]), axis=0)
        coverage = self.shown[number].mean()
        return TradeOffPoint(
            KNOBS[number], float(ndcg), float(recall), float(diversity), float(coverage)
        )


def _spreaders(
    model: FitsModel, others: Sequence[str], data: Dataset, seed: int
) -> tuple[str, Mapping[float, Spreader]]:
    """By what likeness is told, and what spreads by it at each place of the knob."""
    name, source = _with_vectors(model, others, data, seed)
    if source is not None:
        parts = InMemoryVersion(data.items, {name: cast("Model[Any]", source)})
        mmr = Mmr.of(MmrConfig(model=name, depth=DEPTH), parts)
        return name, dict.fromkeys(KNOBS, mmr)
    if "category" not in data.items.columns:
        raise CapabilityError("nothing tells likeness: no vectors, and no item has a category")
    parts = InMemoryVersion(data.items, {})
    shares = {knob: max(0.1, 1 - 0.9 * knob) for knob in KNOBS}
    caps = {
        knob: Caps.of(CapsConfig(column="category", share=share), parts)
        for knob, share in shares.items()
    }
    return "category", caps


def _with_vectors(
    model: FitsModel, others: Sequence[str], data: Dataset, seed: int
) -> tuple[str, FitsModel | None]:
    if isinstance(model, Embeds):
        return type(model).__name__.lower(), model
    named = next((name for name in others if issubclass(MODELS[name], Embeds)), "")
    if not named:
        return "", None
    return named, fit_model(named, data, MODELS[named].config_type(), seed=seed)


def _sample(number: int, seed: int) -> Rows:
    """(P,) rows of the people who are asked about, ascending."""
    if number <= PEOPLE:
        return np.arange(number, dtype=np.int32)
    drawn = np.random.default_rng(seed).choice(number, PEOPLE, replace=False)
    return np.sort(drawn).astype(np.int32)
