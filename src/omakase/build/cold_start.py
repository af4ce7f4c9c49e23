"""Who is to lead and how much popularity is to count while little is known of somebody.

Some people are held back whole. Models that have not seen them are asked for their lists after the
first one, two, three, … of their events; what they chose afterwards is right.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Final

import numpy as np
from numpy.typing import NDArray

from omakase.artifacts.in_memory import InMemoryVersion
from omakase.data.dataset import Dataset
from omakase.data.splits import Split
from omakase.errors import EmptyData
from omakase.evaluate.accuracy import ndcg
from omakase.evaluate.questions import EvaluationQueries, evaluation_queries
from omakase.evaluate.run import BLOCK_SCORES, LONGEST, right_places
from omakase.pipeline.cold_start import FEW, Offers, configurations
from omakase.pipeline.config import PipelineConfig
from omakase.pipeline.merges import FILLS
from omakase.pipeline.pipeline import Pipeline
from omakase.pipeline.popularity_prior import PopularityPrior, never_rising
from omakase.registry import build_pipeline, fit_model
from omakase.stacking.calibration import Calibration, ScoreCalibrationConfig
from omakase.types import PAD, Config, Queries, Slate

K: Final = 10
EVENTS: Final = (1, 2, 3, 5, 10, 20, 50)
"""Numbers of events that people are asked for after."""
SHARES: Final = (0.0, 0.25, 0.5, 1.0)
"""Of popularity beside 1 of a model alone; never more than it. What people chose was chosen from
what they were shown: by the past alone larger shares do best where few events are known, and hardly
a click would change a list. `benchmarks.cold_start` counts what follows the person ("own")."""
HELD: Final = 0.2
"""Share of the people who are held back."""
MOST: Final = 1_000
"""People held back at most."""
MOST_SCORES: Final = 2**28
"""Scores asked of a model for each number of events, so that millions of items take seconds."""
LEAST: Final = 30
"""People of whom a number of events tells something."""
WORTH: Final = 1.01
"""How much better than by the models alone a list must be before anything counts beside them."""


def learn_cold_start(
    data: Dataset,
    known: PipelineConfig,
    models: Mapping[str, Config],
    *,
    leads: Collection[str] = (),
    seed: int = 0,
) -> PopularityPrior | None:
    """Who leads before somebody is known, and how much popularity counts beside.

    None where that is not asked: popularity is heard already, a ranker has learnt what to make of
    few events, there are too few people to tell, or the others leave a model nothing to learn.

    Args:
        data: to learn from and to judge by; nothing that published figures rest on.
        known: the pipeline that answers where enough is known of somebody.
        models: knobs of its models by name, of `popular`, of `content` where there is one, and of
            the leads.
        leads: models that may answer in its place.

    Cost: each model is learnt once more, of four fifths of the people.
    """
    content = "content" if "content" in models else None
    ways = {n: _few(known, PopularityPrior(known=FEW, lead=n), content) for n in (None, *leads)}
    if ways[None].sources[-1].called != "crowd":
        return None
    validation, rest = held_back(data, np.random.default_rng(seed))
    questions = {n: question for n in EVENTS if (question := after(validation, n))}
    if not questions:
        return None
    sources = (source for way in (known, *ways.values()) for source in way.sources)
    source_models = {str(source.config["model"]) for source in sources}
    try:
        models_fitted = {
            name: fit_model(name, rest, models[name], seed=seed) for name in sorted(source_models)
        }
    except EmptyData:
        return None
    return _choose_prior(
        known, ways, content, questions, InMemoryVersion(data.items, models_fitted)
    )


def _choose_prior(
    known: PipelineConfig,
    ways: Mapping[str | None, PipelineConfig],
    content: str | None,
    asked: Mapping[int, EvaluationQueries],
    parts: InMemoryVersion,
) -> PopularityPrior:
    """From pipelines of few events by their lead, and questions by number of events."""
    alone = build_pipeline(known, parts)
    first = [
        worth(question, lambda queries: [alone.recommend(queries, K)])
        for question in asked.values()
    ]
    priors = {}
    for lead, way in ways.items():
        few = build_pipeline(way, parts)
        rest = [worth(question, partial(with_shares, few)) for question in asked.values()]
        priors[lead] = np.hstack([first, rest])
    crowd = best_lead(EVENTS, priors)
    served = build_pipeline(_few(known, crowd, content), parts)
    question_sets = [question for n, question in asked.items() if n < crowd.known]
    return crowd.model_copy(
        update={"meaning": meaning(served, question_sets) if question_sets else None}
    )


def _few(known: PipelineConfig, crowd: PopularityPrior, content: str | None) -> PipelineConfig:
    """The pipeline of few events."""
    crowd_config = known.model_copy(update={"crowd": crowd})
    return configurations(crowd_config, Offers(likes={}, content=content, newest=False))["few"]


def held_back(data: Dataset, rng: np.random.Generator) -> tuple[Dataset, Dataset]:
    """The events of some people who have two at least, and those of all others."""
    able = np.flatnonzero(np.diff(data.timeline.starts) >= 2)
    most = min(MOST, MOST_SCORES // max(1, data.n_items))
    people = rng.choice(able, min(int(HELD * len(able)), most), replace=False)
    is_validation = np.isin(data.events.users, people)
    validation, rest = (
        data.with_events(data.events.chosen(mask)) for mask in (is_validation, ~is_validation)
    )
    return validation, rest


def after(data: Dataset, events: int) -> EvaluationQueries | None:
    """What all of these people would ask after so many events; what they chose later is right.

    None where fewer than `LEAST` of them chose something new later.
    """
    line = data.timeline
    positions = np.arange(len(line.order)) - np.repeat(line.starts[:-1], np.diff(line.starts))
    is_shown = np.zeros(len(data.events), dtype=np.bool_)
    is_shown[line.order] = positions < events
    first, later = (data.with_events(data.events.chosen(mask)) for mask in (is_shown, ~is_shown))
    try:
        question = evaluation_queries(Split("newcomers", first, later, later), "validation")
    except EmptyData:
        return None
    return question if len(question) >= LEAST else None


def best_lead(
    events: Sequence[int], worth: Mapping[str | None, NDArray[np.float64]]
) -> PopularityPrior:
    """The curve of the lead that is worth most; none, unless one is worth a hundredth more.

    Args:
        events, worth: as in `curve`, by lead; under None that of the models of the known.
    """
    totals = {lead: _total(figures) for lead, figures in worth.items()}
    best = max(totals, key=lambda lead: totals[lead])
    best = best if totals[best] > WORTH * totals[None] else None
    return curve(events, worth[best]).model_copy(update={"lead": best})


def curve(events: Sequence[int], worth: NDArray[np.float64]) -> PopularityPrior:
    """The never-rising shares with the highest sum.

    Args:
        events: numbers of events, rising; those beyond the rows of `worth` were not asked.
        worth: (S, 1 + C) sums over people of what the list was worth: by the models alone, then by
            each of `SHARES`.
    """
    columns = _columns(worth)
    alone = np.flatnonzero(columns == 0)
    steps = int(alone[0]) if len(alone) else len(columns)
    steps_asked = events[: len(columns)]
    known_events = steps_asked[steps] if steps < len(steps_asked) else max(FEW, steps_asked[-1] + 1)
    falls = np.flatnonzero(np.diff(columns[:steps], prepend=len(SHARES) + 1)).tolist()
    return PopularityPrior(
        events=tuple(steps_asked[n] for n in falls),
        shares=tuple(SHARES[columns[n] - 1] for n in falls),
        known=known_events,
    )


def _columns(worth: NDArray[np.float64]) -> NDArray[np.int64]:
    """(S,) the column of each row; the models alone where nothing is worth a hundredth more."""
    return never_rising(worth * np.asarray([WORTH, *[1.0] * len(SHARES)]))


def _total(worth: NDArray[np.float64]) -> float:
    """What the chosen columns are worth together."""
    return float(np.take_along_axis(worth, _columns(worth)[:, None], axis=1).sum())


def meaning(few: Pipeline, every: Sequence[EvaluationQueries]) -> ScoreCalibrationConfig:
    """How often what was merged with a score was right, over all numbers of events together."""
    scores, right = [], []
    for question, block in (
        (question_block, block) for question_block in every for block in _blocks(question_block)
    ):
        slate = few.recommend(question.queries(block), LONGEST)
        real = slate.items != PAD
        hits = right_places(slate.items, LONGEST, *question.right(block), question.truth.shape[1])
        scores.append(slate.scores[real])
        right.append(hits[real])
    return ScoreCalibrationConfig.of(
        "merge", Calibration.of(np.concatenate(scores), np.concatenate(right))
    )


def _blocks(asked: EvaluationQueries) -> list[slice]:
    """Of so many questions that the scores of a block fit."""
    size = int(np.clip(BLOCK_SCORES // asked.truth.shape[1], 1, 1024))
    return [slice(at, min(at + size, len(asked))) for at in range(0, len(asked), size)]


def worth(
    asked: EvaluationQueries, lists: Callable[[Queries], Iterable[Slate]]
) -> NDArray[np.float64]:
    """(S,): NDCG@10 added up over the people, of each of the S lists that a question is given."""

    def of(block: slice) -> list[float]:
        right, n_items = asked.right(block), asked.truth.shape[1]
        slates = lists(asked.queries(block))
        hits = (right_places(slate.items, K, *right, n_items) for slate in slates)
        return [float(ndcg(hit, asked.relevant[block]).sum()) for hit in hits]

    return np.sum([of(block) for block in _blocks(asked)], axis=0)


def with_shares(few: Pipeline, queries: Queries) -> Iterator[Slate]:
    """A list for each of `SHARES`, of a pipeline whose last source is popularity.

    The sources are asked once, whatever the number of shares.
    """
    proposers = few.proposers
    proposals = [slate for _, slate in islice(few.stages(queries, K), len(proposers))]
    for share in SHARES:
        shares = np.asarray([*(proposer.share for proposer in proposers[:-1]), max(share, FILLS)])
        passing = few.gate.rank(queries, few.merge.merge(queries, proposals, shares))
        yield Slate(passing.items[:, :K], passing.scores[:, :K])
