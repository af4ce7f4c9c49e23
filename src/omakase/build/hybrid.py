"""Two stages in one call: several models propose, a stack that was learnt from them ranks.

made = train(HYBRIDS["films"], data, cut=by_time)
parts = {name: Part(stack, "stack", stack.config) for name, stack in made.stacks.items()}
store.create(stacks=parts, pipelines={"hybrid": made.pipeline}, …)  # and made.models
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from omakase.arrays.topk import top_k
from omakase.artifacts.in_memory import InMemoryVersion
from omakase.artifacts.version import Version
from omakase.data.dataset import Dataset
from omakase.data.splits import Split
from omakase.errors import UnknownName
from omakase.evaluate.questions import evaluation_queries
from omakase.features.moment import item_columns
from omakase.models import content, ease, ials, item_knn, popular, transitions, trending, user_knn
from omakase.pipeline.cold_start import LIKES, Offers, Path, configurations
from omakase.pipeline.config import PipelineConfig, PlugSpec, SourceSpec
from omakase.pipeline.logged_examples import NEGATIVES, LoggedLists, ShownList
from omakase.pipeline.pipeline import Pipeline
from omakase.pipeline.stack_examples import Impressions, StackLearner
from omakase.pipeline.strategies import Strategies, shares
from omakase.protocols import Model, Source
from omakase.rankers.gate import GateConfig
from omakase.rankers.stacked import Stacked, StackedConfig
from omakase.registry import build_pipeline, fit_model
from omakase.stacking.stack import Component, Stack, StackConfig
from omakase.types import PAD, Config, Progress, Queries, silent

SHOWN_FOR_EACH: Final = 5
"""Shown lists that are learnt from for each reconstructed one: they are a tenth as long."""

STACK: Final = "hybrid"
"""What the pipeline calls its stack."""


@dataclass(frozen=True)
class Hybrid:
    """What is put together.

    Attributes:
        models: names in the registry to their knobs; each is a source and heard by the stack.
        stack: how their say is weighed; its components are of these models. None: by `weights`.
        weights: of the models in a plain sum of their scores, where nothing is learnt of them.
        again: whether what a person has had may come again.
        pool: candidates that are ranked.
        lists: most questions that the stack learns from, drawn at random.
        about: when it is right.
    """

    models: Mapping[str, Config]
    stack: StackConfig | None
    weights: Mapping[str, float] = field(default_factory=dict)
    again: bool = False
    pool: int = 100
    lists: int = 2_000
    about: str = ""

    @property
    def pipeline(self) -> PipelineConfig:
        """All models propose, their places are fused, the stack or the plain sum ranks."""
        summed = PlugSpec(kind="weighted", config={"models": dict(self.weights)})
        learnt = PlugSpec(kind="stacked", config={"stack": STACK})
        return self.proposing.model_copy(update={"rankers": (learnt if self.stack else summed,)})

    @property
    def proposing(self) -> PipelineConfig:
        """The first stage alone."""
        return PipelineConfig(
            name="hybrid",
            sources=tuple(
                SourceSpec(kind="scored", name=name, config={"model": name}) for name in self.models
            ),
            merge=PlugSpec(kind="rrf"),
            gate=GateConfig(seen="show" if self.again else "hide"),
            fallback=SourceSpec(kind="fixed", config={"model": "popular"}),
            pool=self.pool,
        )


@dataclass(frozen=True)
class FittedHybrid:
    """Ready for a version.

    Attributes:
        models: learnt from everything.
        stacks: the one that was learnt from what came last, over models that had not seen it; none
            where a plain sum ranks, or where it did not help.
        pipeline: that serves them.
    """

    models: Mapping[str, Model[Any]]
    stacks: Mapping[str, Stack]
    pipeline: PipelineConfig


def train(
    hybrid: Hybrid,
    data: Dataset,
    *,
    cut: Callable[[Dataset], Split],
    seed: int = 0,
    progress: Progress = silent,
    logged: Sequence[ShownList] = (),
) -> FittedHybrid:
    """Models before the last part, a stack from the last part, models again from everything.

    A stack that does not help (`Stack.helps`) is left out: then the fused places of the models
    rank.

    Args:
        cut: how the last part is held back: `by_time`, or `leave_one_out` without times.
        logged: lists that were really shown, oldest first. The stack is learnt from those that came
            after what the first models have learnt from, where there are enough; else from lists as
            they would have been.

    Raises:
        EmptyData: the last part holds nothing that could be predicted.
    """
    if hybrid.stack is None:
        fitted = _fit_models(hybrid, data, seed, lambda done: progress(done, len(hybrid.models)))
        return FittedHybrid(fitted, {}, hybrid.pipeline)
    split, total = cut(data), 2 * len(hybrid.models) + 1
    history = split.before("test")
    early = _fit_models(hybrid, history, seed, lambda done: progress(done, total))
    parts = InMemoryVersion(data.items, early)
    lists = _later(logged[-SHOWN_FOR_EACH * hybrid.lists :], history, data)
    if lists.enough:
        stack = _logged_stack(hybrid.stack, lists, history, parts, seed)
    else:
        stack = _stack(hybrid, hybrid.stack, split, parts, seed)
    half = len(hybrid.models) + 1
    progress(half, total)
    models = _fit_models(hybrid, data, seed, lambda done: progress(half + done, total))
    if not stack.helps:
        return FittedHybrid(models, {}, hybrid.proposing)
    return FittedHybrid(models, {STACK: stack.as_of(data)}, hybrid.pipeline)


def _fit_models(
    hybrid: Hybrid, data: Dataset, seed: int, told: Callable[[int], None]
) -> dict[str, Model[Any]]:
    fitted = {}
    for done, (name, config) in enumerate(hybrid.models.items()):
        fitted[name] = fit_model(name, data, config, seed=seed)
        told(done + 1)
    return fitted


def _later(logged: Sequence[ShownList], before: Dataset, data: Dataset) -> LoggedLists:
    """Lists that were shown after the events of `before`, by what people had done by then."""
    newest = int(before.events.times.max(initial=0))
    return LoggedLists.of([answer for answer in logged if answer.time > newest], data)


def _logged_stack(
    config: StackConfig, lists: LoggedLists, before: Dataset, parts: InMemoryVersion, seed: int
) -> Stack:
    """From lists that were shown; of what was not chosen, at most twice what was."""
    sampled = config.model_copy(update={"negatives": NEGATIVES})
    table = item_columns(before) if config.moment else np.zeros((before.n_items, 0), np.float32)
    examples = lists.examples(sampled, parts, before)
    return Stack.fit(examples, sampled, table, rng=np.random.default_rng(seed))


def _stack(
    hybrid: Hybrid, config: StackConfig, split: Split, parts: InMemoryVersion, seed: int
) -> Stack:
    questions, rng = (
        evaluation_queries(split, "test", mask_seen=not hybrid.again),
        np.random.default_rng(seed),
    )
    drawn = np.sort(rng.permutation(len(questions))[: hybrid.lists]).astype(np.int32)
    proposing = build_pipeline(hybrid.proposing, parts)
    learner = StackLearner(proposing, parts, split.before("test"), hybrid.pool)
    impressions = Impressions(questions.queries(drawn), questions.truth[drawn])
    return learner.fit(config, learner.examples(config, impressions), rng=rng)


def strategies_over(
    version: Version,
    names: Sequence[str],
    *,
    fallback: SourceSpec | None,
    available: NDArray[np.bool_] | None = None,
) -> Strategies:
    """Every strategy over some models of a version, also by what its stacks have learnt.

    Each model counts by the square of how well it did when the version was made (`shares`).

    Args:
        names: of models; cascade and switching ask them in this order.
        fallback: fills short lists.
        available: (N,) as in `build_pipeline`.
    """
    weights = shares({name: _figure(version, name) for name in names})
    config = PipelineConfig(
        name="strategies",
        sources=tuple(
            SourceSpec(kind="scored", name=name, share=share, config={"model": name})
            for name, share in weights.items()
        ),
        fallback=fallback,
    )
    stacks = [Stacked.of(StackedConfig(stack=name), version) for name in version.stacks]
    learnt = {"attention" if s.stack.config.head == "attention" else "stacking": s for s in stacks}
    return Strategies.of(build_pipeline(config, version, available=available), learnt)


CROWD_SHARE: Final = 2.0
"""Of popularity beside a model that is no better, while events are few, in a version that has not
learnt it (`newcomers`). Chosen by hand on MovieLens 100K and made restaurants."""


def cold_starts(
    version: Version,
    best: str,
    *,
    exploration: float,
    draws: bool = False,
    available: NDArray[np.bool_] | None = None,
    made: dict[str, Source] | None = None,
) -> Mapping[Path, Pipeline]:
    """A pipeline for each case of a cold start but the known, by what the version offers.

    Popularity counts beside the best model as the version has learnt it by number of events; where
    it has not, by how well both did when it was made, and the less the more alike in popularity the
    most popular items are.

    Args:
        best: name of the pipeline of the known.
        exploration: share of the places for what is new, where nothing else is known.
        draws: whether those places are drawn, with their probability in the log.
        available, made: as in `build_pipeline`.
    """
    sources = {} if made is None else made
    pipeline_config = PipelineConfig.checked(version.pipelines[best], best)
    columns, best_figure, crowd = (
        version.items.columns,
        _figure(version, best),
        _figure(version, "popular"),
    )
    share = CROWD_SHARE * (crowd / best_figure) ** 2 if best_figure and crowd is not None else 1.0
    offers = Offers(
        likes={word: column for word, column in LIKES.items() if column in columns},
        content="content" if "content" in version.models else None,
        crowd=share * _steepness(version, pipeline_config.pool) + 1e-6,
        newest="newest" in version.models,
        exploration=exploration,
        draws=draws,
    )
    return {
        path: build_pipeline(config, version, available=available, made=sources)
        for path, config in configurations(pipeline_config, offers).items()
        if path != "known"
    }


def _steepness(version: Version, depth: int) -> float:
    """0..1: by how much the last of the most popular items falls short of the first."""
    stranger = Queries.of(np.full((1, 1), PAD, dtype=np.int32))
    scores = top_k(version.model("popular").score(stranger), depth).scores[0]
    return float(1 - scores[-1] / scores[0]) if scores[0] > 0 else 0.0


def _figure(version: Version, name: str) -> float | None:
    """NDCG of a model or a stack when the version was made; None where it was not judged."""
    kind = "stacks" if name in version.stacks else "models"
    if kind == "models" and name not in version.models:
        return None
    measures = version.part_manifest(kind, name).metrics
    return next((v for name, v in measures.items() if name.startswith("ndcg@")), None)


CROWD: Mapping[str, Config] = MappingProxyType(
    {
        "popular": popular.PopularConfig(),
        "trending": trending.TrendingConfig(),
        "user_knn": user_knn.UserKnnConfig(),
        "item_knn": item_knn.ItemKnnConfig(),
        "ials": ials.IalsConfig(),
        "transitions": transitions.TransitionsConfig(),
    }
)


def stack_config(models: Iterable[str], head: str, **fades: float) -> StackConfig:
    """All models, some of them a second time with older events fading."""
    plain = [Component(model=name) for name in models]
    faded = [Component(model=name, fade=fade) for name, fade in fades.items()]
    return StackConfig(components=(*plain, *faded), head=head)


THREE: Mapping[str, Config] = MappingProxyType(
    {
        "popular": popular.PopularConfig(),
        "user_knn": user_knn.UserKnnConfig(),
        "item_knn": item_knn.ItemKnnConfig(),
        "content": content.ContentConfig(),
    }
)
FILMS: Mapping[str, Config] = MappingProxyType({**CROWD, "ease": ease.EaseConfig()})
VOICES: Mapping[str, Config] = MappingProxyType({**FILMS, "content": content.ContentConfig()})
HYBRIDS: Mapping[str, Hybrid] = MappingProxyType(
    {
        "films": Hybrid(
            FILMS,
            stack_config(FILMS, "trees", ease=0.8),
            about="some thousand items, many events a person",
        ),
        "films-attention": Hybrid(
            VOICES,
            stack_config(VOICES, "attention", ease=0.8),
            about="as films, with content beside what people did, and some thousand people to "
            "learn the attention from",
        ),
        "films-logistic": Hybrid(
            FILMS,
            stack_config(FILMS, "logistic", ease=0.8),
            about="as films, with few people to learn from; weights that can be read",
        ),
        "films-wide-deep": Hybrid(
            FILMS,
            stack_config(FILMS, "wide_deep", ease=0.8),
            about="as films, with some thousand people who tell of themselves, so that what goes "
            "with whom and when can be remembered",
        ),
        "weighted": Hybrid(
            THREE,
            stack=None,
            weights=MappingProxyType({"user_knn": 0.4, "item_knn": 0.3, "content": 0.3}),
            about="a plain sum of scores: too few events to learn a ranker from, or a ranking that "
            "must be told in one line",
        ),
        "crowd": Hybrid(
            CROWD,
            stack_config(CROWD, "logistic"),
            about="many items, each seen once; weights that can be read",
        ),
        "shop": Hybrid(
            CROWD,
            stack_config(CROWD, "trees"),
            again=True,
            about="many items, bought again and again",
        ),
    }
)


def hybrid(name: str) -> Hybrid:
    """The hybrid of that name.

    Raises:
        UnknownName: there is none.
    """
    if name not in HYBRIDS:
        raise UnknownName("hybrid", name, HYBRIDS)
    return HYBRIDS[name]
