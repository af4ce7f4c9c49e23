"""Whatever can be trained by name: a model of the registry, or several of them put together.

contenders({"ease": {"l2": 250}, "hybrid": {}})
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, ClassVar, Final, Self

import numpy as np
import polars as pl
from pydantic import Field

from omakase import types
from omakase.artifacts.in_memory import InMemoryVersion
from omakase.build.hybrid import STACK, FittedHybrid, Hybrid, hybrid, stack_config, train
from omakase.data.dataset import Dataset
from omakase.data.splits import cuts
from omakase.errors import EmptyData, UnknownName
from omakase.evaluate.compare import Candidate
from omakase.features.profiles import profiled
from omakase.pipeline.logged_examples import ShownList
from omakase.pipeline.pipeline import Pipeline
from omakase.pipeline.stack_examples import as_scores
from omakase.registry import MODELS, build_pipeline
from omakase.types import Progress, Queries, Scores, silent

HYBRID: Final = STACK
"""The name of several models put together."""

SMALL: Final = 10_000
"""Items up to which EASE is learnt in a minute or so."""

BLOCK = 64
"""Queries answered at once: what a stack looks at for each candidate is large."""


class HybridConfig(types.Config):
    """Knobs of a hybrid."""

    preset: str = Field(
        default="",
        description="which models and which head (films, shop, …); none: films-logistic up to "
        "10 000 items, crowd beyond",
    )
    models: tuple[str, ...] = Field(
        default=(), description="these models instead, with a head that can be read"
    )
    knobs: dict[str, dict[str, Any]] = Field(
        default_factory=dict, description="of its models, where they are not the preset's"
    )
    pool: int = Field(default=100, ge=10, description="candidates that are ranked")
    lists: int = Field(default=2_000, ge=1, description="most lists that the head learns from")


@dataclass(frozen=True)
class HybridModel:
    """Several models, one of which proposes what another does not, ranked by what was learnt.

    Scores are places: the pool in the order of the ranking, above everything else, which is 0.

    Paper: Wolpert, "Stacked Generalization", Neural Networks 1992.
    Cost: twice the training of its models; a request asks each of them once.
    """

    config_type: ClassVar[type[types.Config]] = HybridConfig
    pipeline: Pipeline
    pool: int
    users: pl.DataFrame
    n_items: int

    @classmethod
    def fit(
        cls,
        data: Dataset,
        config: HybridConfig,
        *,
        rng: np.random.Generator,
        progress: Progress = silent,
    ) -> Self:
        """As `fit_hybrid`, served from memory."""
        fitted = fit_hybrid(config, data, seed=int(rng.integers(2**31)), progress=progress)
        parts = InMemoryVersion(data.items, fitted.models, stacks=fitted.stacks)
        return cls(build_pipeline(fitted.pipeline, parts), config.pool, data.users, data.n_items)

    def score(self, queries: Queries) -> Scores:
        """(B, N)"""
        blocks = [queries[at : at + BLOCK] for at in range(0, len(queries), BLOCK)]
        profiles = [profiled(block, self.users) for block in blocks]
        slates = [self.pipeline.recommend(block, self.pool) for block in profiles]
        return np.concatenate([as_scores(slate, self.n_items) for slate in slates])


TRAINABLE: Final[Mapping[str, type[Any]]] = MappingProxyType({**MODELS, HYBRID: HybridModel})
"""Everything that can be trained, by name."""


def contenders(named: Mapping[str, Mapping[str, Any]]) -> dict[str, Candidate]:
    """Names to classes with their checked knobs.

    A hybrid and the models named beside it share their knobs: each is learnt once.

    Raises:
        UnknownName: no such model; the nearest name is suggested.
        ConfigError: a knob that the model does not have, or a value out of bounds.
    """
    if HYBRID not in named:
        return {name: contender(name, knobs) for name, knobs in named.items()}
    hybrid = _hybrid(named[HYBRID])
    beside = {name: dict(knobs) for name, knobs in named.items() if name != HYBRID}
    shared = {**{name: knobs for name, knobs in beside.items() if knobs}, **hybrid.knobs}
    beside = {name: {**knobs, **shared.get(name, {})} for name, knobs in beside.items()}
    together = Candidate(HybridModel, hybrid.model_copy(update={"knobs": shared}))
    return {n: together if n == HYBRID else contender(n, beside[n]) for n in named}


def shared_out(name: str, knobs: Mapping[str, Any], processes: int) -> dict[str, Any]:
    """The knobs of a model, trained by so many processes where it is a net and does not say it."""
    knobs_by_model = dict(knobs)
    is_net = name in MODELS and "plan" in MODELS[name].config_type.model_fields
    plan = knobs_by_model.get("plan", {})
    if processes > 1 and is_net and isinstance(plan, Mapping):
        knobs_by_model["plan"] = {"processes": processes, **plan}
    return knobs_by_model


def contender(name: str, knobs: Mapping[str, Any]) -> Candidate:
    """One of them.

    Raises:
        UnknownName, ConfigError: as in `contenders`.
    """
    if name == HYBRID:
        return Candidate(HybridModel, _hybrid(knobs))
    if name not in MODELS:
        raise UnknownName("model", name, TRAINABLE)
    return Candidate(MODELS[name], MODELS[name].config_type.checked(knobs, name))


def chosen(config: HybridConfig, n_items: int) -> Hybrid:
    """What a hybrid's knobs put together, over so many items.

    Raises:
        UnknownName, ConfigError: as in `contenders`.
    """
    base = hybrid(config.preset or ("films-logistic" if n_items <= SMALL else "crowd"))
    if config.models:
        named = dict.fromkeys(("popular", *config.models))
        plain = {name: contender(name, {}).config for name in named}
        base = Hybrid(plain, stack_config(plain, "logistic"), again=base.again)
    models = {
        name: _apply_knobs(name, model_config, config.knobs)
        for name, model_config in base.models.items()
    }
    return replace(base, models=models, pool=config.pool, lists=config.lists)


def fit_hybrid(
    config: HybridConfig,
    data: Dataset,
    *,
    seed: int,
    progress: Progress = silent,
    logged: Sequence[ShownList] = (),
) -> FittedHybrid:
    """The hybrid, from whatever way of holding the last events back leaves something to learn.

    Args:
        logged: lists that were shown; see `train`.

    Raises:
        EmptyData: none does.
    """
    hybrid = chosen(config, data.n_items)
    for cut in cuts(data):
        try:
            return train(hybrid, data, cut=cut, seed=seed, progress=progress, logged=logged)
        except EmptyData:
            continue
    raise EmptyData("too few events to learn how models are put together")


def _hybrid(knobs: Mapping[str, Any]) -> HybridConfig:
    """The checked knobs of a hybrid, and of its models."""
    config = HybridConfig.checked(knobs, HYBRID)
    chosen(config, 0)
    return config


def _apply_knobs(
    name: str, own: types.Config, knobs: Mapping[str, Mapping[str, Any]]
) -> types.Config:
    if not knobs.get(name):
        return own
    return type(own).checked({**own.model_dump(exclude_unset=True), **knobs[name]}, name)
