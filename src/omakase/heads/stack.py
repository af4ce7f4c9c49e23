"""A stack: which models are asked, what their say is worth, and what a score then means."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, Final, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, ValidationError

from omakase import types
from omakase.errors import ConfigError, UnknownName
from omakase.features.moment import Moment
from omakase.features.signals import signals
from omakase.heads.attention import Attention
from omakase.heads.calibration import Calibration
from omakase.heads.examples import Examples, Features, Head, folds
from omakase.heads.logistic import Logistic
from omakase.heads.trees import Trees
from omakase.protocols import Model
from omakase.scoring import faded, score_items
from omakase.types import PAD, Arrays, Progress, Queries, Rows, Scores, silent

HEADS: Final[Mapping[str, type[Head]]] = MappingProxyType(
    {"attention": Attention, "logistic": Logistic, "trees": Trees}
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


class Config(types.Config):
    """What is stacked, and how."""

    components: tuple[Component, ...] = Field(min_length=1, description="the models asked")
    head: str = Field(default="trees", description="who weighs: logistic, trees or attention")
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


@dataclass(frozen=True)
class Stack:
    """What was learnt from impressions, or from candidates that stand for them.

    Paper: Wolpert, "Stacked Generalization", Neural Networks 1992.

    Attributes:
        config: as given.
        head: the learnt weighing.
        calibration: from its scores to the chance that the item is among the next events.
        table: (N, F) features of items at the time of learning; (N, 0) without `moment`.
    """

    config_type: ClassVar[type[types.Config]] = Config
    config: Config
    head: Head
    calibration: Calibration
    table: NDArray[np.float32]

    @classmethod
    def fit(
        cls,
        examples: Examples,
        config: Config,
        table: NDArray[np.float32],
        *,
        rng: np.random.Generator,
        progress: Progress = silent,
    ) -> Self:
        """From `examples` made by `features` of the same configuration.

        The chances are those of heads that were learnt on other queries (`folds`), so they are
        not flattered.

        Raises:
            EmptyData: no query has both a right and a wrong candidate.
            UnknownName: no such head.
            ConfigError: a knob that it does not have.
        """
        kind, knobs = head_of(config)
        told = examples.telling()
        scores, right = [], []
        count = min(config.folds, len(told))
        for done, held in enumerate(folds(len(told), count, rng) if count > 1 else ()):
            part = told.chosen(held)
            head = kind.fit(told.chosen(~held), knobs, rng=rng)
            scores.append(head.score(part.features)[part.known])
            right.append(part.right[part.known])
            progress(done + 1, count + 1)
        final = kind.fit(told, knobs, rng=rng)
        if not scores:
            scores, right = [final.score(told.features)[told.known]], [told.right[told.known]]
        progress(count + 1, count + 1)
        curve = Calibration.of(np.concatenate(scores), np.concatenate(right))
        return cls(config, final, curve, table)

    def arrays(self) -> Arrays:
        own = {f"head.{name}": array for name, array in self.head.arrays().items()}
        curve = {f"chance.{name}": array for name, array in self.calibration.arrays().items()}
        return {**own, **curve, "table": self.table}

    @classmethod
    def from_arrays(cls, arrays: Arrays, config: Config) -> Self:
        kind, knobs = head_of(config)
        head = kind.from_arrays(_under("head.", arrays), knobs)
        return cls(
            config, head, Calibration.from_arrays(_under("chance.", arrays)), arrays["table"]
        )


def head_of(config: Config) -> tuple[type[Head], types.Config]:
    """The class and the checked knobs of a stack's head.

    Raises:
        UnknownName, ConfigError: as in `Stack.fit`.
    """
    if config.head not in HEADS:
        raise UnknownName("head", config.head, HEADS)
    kind = HEADS[config.head]
    try:
        return kind, kind.config_type(**config.knobs)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, (config.head, *first["loc"])))
        raise ConfigError(f"stack: {place}: {first['msg']}") from error


def features(
    config: Config,
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
        score_items(model, faded(queries, component.fade), items)
        for component, model in zip(config.components, models, strict=True)
    ]
    columns = signals([c.called for c in config.components], np.stack(raw))
    if moment is not None:
        columns |= moment.columns(queries, items)
    values = np.stack(list(columns.values()), axis=-1).astype(np.float32)
    return tuple(columns), np.where((items != PAD)[:, :, None], np.nan_to_num(values), 0)


def _under(prefix: str, arrays: Arrays) -> dict[str, NDArray[Any]]:
    return {n.removeprefix(prefix): a for n, a in arrays.items() if n.startswith(prefix)}
