"""A stack: which models are asked, what their say is worth, and what a score then means."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, ClassVar, Final, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from omakase import types
from omakase.arrays.names import under_prefix, with_prefix
from omakase.data.dataset import Dataset
from omakase.errors import UnknownName
from omakase.features.codes import NO_CODES, Codes
from omakase.features.moment import Moment, item_columns
from omakase.features.signals import signals
from omakase.protocols import Model
from omakase.scoring import decay_history, score_items
from omakase.stacking.attention import AttentionStack
from omakase.stacking.calibration import Calibration
from omakase.stacking.examples import Features, MetaLearner, StackExamples, folds
from omakase.stacking.logistic import Logistic
from omakase.stacking.trees import Trees
from omakase.stacking.wide_deep import WideDeepStack
from omakase.types import PAD, Arrays, Progress, Queries, Rows, Scores, silent

HEADS: Final[Mapping[str, type[MetaLearner]]] = MappingProxyType(
    {"attention": AttentionStack, "logistic": Logistic, "trees": Trees, "wide_deep": WideDeepStack}
)


class Component(types.Config):
    """A model that is asked."""

    model: str = Field(description="its name in the version")
    fade: float = Field(
        default=1.0, gt=0, le=1, description="an event counts this share of the next newer one"
    )

    @property
    def called(self) -> str:
        return self.model if self.fade == 1 else f"{self.model}~{self.fade:g}"


class StackConfig(types.Config):
    """What is stacked, and how."""

    components: tuple[Component, ...] = Field(min_length=1, description="the models asked")
    head: str = Field(
        default="trees", description="who weighs: logistic, trees, attention or wide_deep"
    )
    knobs: dict[str, Any] = Field(default_factory=dict, description="of the head")
    moment: bool = Field(
        default=True, description="whether features of item, person and context are told too"
    )
    folds: int = Field(
        default=5,
        ge=2,
        description="parts of the examples; the chance of a score is found on "
        "heads that have not seen the part",
    )
    negatives: int | None = Field(
        default=None,
        ge=1,
        description="most wrong candidates for each right one, 2 for lists that were really "
        "shown; none: all",
    )


@dataclass(frozen=True)
class Stack:
    """What was learnt from impressions, or from candidates that stand for them.

    Paper: Wolpert, "Stacked Generalization", Neural Networks 1992.

    Attributes:
        config: as given.
        head: the learnt weighing.
        calibration: from its scores to the chance that the item is among the next events.
        figure: (3,) NDCG@10 of lists that the head had not seen, of what candidates hold; of the
            same lists in the order in which they were proposed; and the standard error of the
            difference.
        table: (N, F) features of items at the time of learning; (N, 0) without `moment`.
    """

    config_type: ClassVar[type[types.Config]] = StackConfig
    config: StackConfig
    head: MetaLearner
    calibration: Calibration
    figure: NDArray[np.float64]
    table: NDArray[np.float32]

    @classmethod
    def fit(
        cls,
        examples: StackExamples,
        config: StackConfig,
        table: NDArray[np.float32],
        *,
        rng: np.random.Generator,
        progress: Progress = silent,
    ) -> Self:
        """From `examples` made by `features` of the same configuration.

        The chances are those of heads that were learnt on other queries (`folds`), and of all
        queries, also of those that nothing right was proposed for, so they are not flattered.

        Raises:
            EmptyData: no query has both a right and a wrong candidate.
            UnknownName: no such head.
            ConfigError: a knob that it does not have.
        """
        samples = examples.telling()
        unseen = _unseen(samples, config, rng, progress)
        final = _fit(samples, config, rng)
        scores = final.score(examples.features, examples.codes)
        scores[examples.tell] = unseen
        curve = Calibration.of(scores[examples.known], examples.right[examples.known])
        return cls(config, final, curve, _figure(gains(unseen, samples), samples), table)

    @property
    def helps(self) -> bool:
        """Whether it ranks lists that it had not seen better than they were proposed.

        By more than a standard error: what is plainer is kept where nobody can tell.
        """
        gain, proposed, error = np.append(self.figure, (0.0, 0.0))[:3]  # the first alone, if older
        return bool(gain - proposed > error)

    def as_of(self, data: Dataset) -> "Stack":
        """The same weighing over the features of items after all events of `data`."""
        return replace(self, table=item_columns(data)) if self.config.moment else self

    def arrays(self) -> Arrays:
        head_arrays = with_prefix("head", self.head.arrays())
        curve = with_prefix("chance", self.calibration.arrays())
        return {**head_arrays, **curve, "figure": self.figure, "table": self.table}

    @classmethod
    def from_arrays(cls, arrays: Arrays, config: StackConfig) -> Self:
        kind, knobs = head_of(config)
        head = kind.from_arrays(under_prefix("head", arrays), knobs)
        curve = Calibration.from_arrays(under_prefix("chance", arrays))
        return cls(config, head, curve, arrays["figure"], arrays["table"])


def ndcg(scores: Scores, told: StackExamples, k: int = 10) -> float:
    """Mean NDCG@k of (Q, C) scores, over right items that are among the candidates."""
    return float(gains(scores, told, k).mean())


def gains(scores: Scores, told: StackExamples, k: int = 10) -> NDArray[np.float64]:
    """(Q,) the NDCG@k of each list; what is right gains as much as it counts."""
    order = np.argsort(np.where(told.known, -scores, np.inf), axis=1, kind="stable")[:, :k]
    worth = 1 / np.log2(2 + np.arange(order.shape[1]))
    right = np.where(told.right, told.worth, 0)
    gained = (np.take_along_axis(right, order, axis=1) * worth).sum(axis=1)
    best = (-np.sort(-right, axis=1)[:, : len(worth)] * worth).sum(axis=1)
    return np.asarray(gained / best)


def _figure(own: NDArray[np.float64], told: StackExamples) -> NDArray[np.float64]:
    """(3,) the mean, that of the order proposed, and the standard error of their difference."""
    scores: Scores = np.arange(told.known.shape[1], 0, -1, dtype=np.float32)
    proposed = gains(np.broadcast_to(scores, told.known.shape), told)
    error = (own - proposed).std() / np.sqrt(len(own))
    return np.asarray([own.mean(), proposed.mean(), error])


def _unseen(
    told: StackExamples, config: StackConfig, rng: np.random.Generator, progress: Progress
) -> Scores:
    """(Q, C) scores of heads that were learnt on other queries; of all where there is but one."""
    scores = np.zeros(told.known.shape, dtype=np.float32)
    count = min(config.folds, len(told))
    if count < 2:
        return _fit(told, config, rng).score(told.features, told.codes)
    for done, fold in enumerate(folds(len(told), count, rng)):
        head = _fit(told.chosen(~fold), config, rng)
        unseen = told.chosen(fold)
        scores[fold] = head.score(unseen.features, unseen.codes)
        progress(done + 1, count + 1)
    return scores


def _fit(told: StackExamples, config: StackConfig, rng: np.random.Generator) -> MetaLearner:
    kind, knobs = head_of(config)
    if config.negatives is not None:
        told = told.balanced(config.negatives, rng)
    return kind.fit(told, knobs, rng=rng)


def head_of(config: StackConfig) -> tuple[type[MetaLearner], types.Config]:
    """The class and the checked knobs of a stack's head.

    Raises:
        UnknownName, ConfigError: as in `Stack.fit`.
    """
    if config.head not in HEADS:
        raise UnknownName("head", config.head, HEADS)
    kind = HEADS[config.head]
    return kind, kind.config_type.checked(config.knobs, f"stack: {config.head}")


def features(
    config: StackConfig,
    models: Sequence[Model[Any]],
    moment: Moment | None,
    queries: Queries,
    items: Rows,
) -> tuple[tuple[str, ...], Features]:
    """Names (F,) and (B, C, F): the one code for learning and for requests.

    Args:
        models: one a component, in their order.
        moment: what else is told; None where `config.moment` is off.
        items: (B, C) candidates.
    """
    raw: list[Scores] = [
        score_items(model, decay_history(queries, component.fade), items)
        for component, model in zip(config.components, models, strict=True)
    ]
    columns = signals([c.called for c in config.components], np.stack(raw))
    if moment is not None:
        columns |= moment.columns(queries, items)
    values = np.stack(list(columns.values()), axis=-1).astype(np.float32)
    return tuple(columns), np.where((items != PAD)[:, :, None], np.nan_to_num(values), 0)


def codes(config: StackConfig, moment: Moment | None, queries: Queries, items: Rows) -> Codes:
    """What is known in words; nothing where the head does not look at it, or without a moment."""
    if moment is None or not HEADS[config.head].coded:
        return NO_CODES
    return moment.codes(queries, items)


def _under(prefix: str, arrays: Arrays) -> dict[str, NDArray[Any]]:
    return {n.removeprefix(prefix): a for n, a in arrays.items() if n.startswith(prefix)}
