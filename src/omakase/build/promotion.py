"""The promotion gate: whether a new version may answer in place of the live one.

`decide` turns the judgements of both sides (`build.judgement`), paired person by person, into a
verdict: better than chance explains, or not worse, and no guardrail broken.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from omakase.build.judgement import Judgement
from omakase.evaluate.confidence import ROUNDING, Difference, paired_over_fits
from omakase.types import Config

Mode = Literal["better", "not_worse"]
Basis = Literal["first", "recipes", "versions", "same", "unjudged"]


class PromotionConfig(Config):
    """What a new version must show to answer in place of the live one."""

    metric: str = Field(default="ndcg", description="what it is judged by, without its @k")
    k: int = Field(default=10, ge=1, description="length of the lists that are judged")
    mode: Mode = Field(
        default="not_worse",
        description="better: surely better; not_worse: not surely worse, and by no more than "
        "tolerance, as routine refreshes need",
    )
    tolerance: float = Field(
        default=0.05, ge=0, description="relative loss of the metric that not_worse allows"
    )
    fewest_people: int = Field(
        default=20, ge=2, description="people below whom figures decide nothing"
    )
    coverage: float = Field(
        default=0.25, ge=0, le=1, description="relative fall of coverage that is allowed"
    )
    diversity: float = Field(
        default=0.15, ge=0, le=1, description="relative fall of diversity within lists allowed"
    )
    new_items: float = Field(
        default=0.5, ge=0, le=1, description="relative fall of the share of new items allowed"
    )
    latency: float = Field(
        default=2.0, ge=0, description="relative growth of the milliseconds an answer takes"
    )
    latency_ms: float = Field(
        default=5.0, ge=0, description="milliseconds up to which a growth matters to nobody"
    )
    events: float = Field(
        default=0.2,
        ge=0,
        le=1,
        description="relative fall of the events learnt from that is allowed: data that were lost "
        "on the way make a version that figures on the same data would not give away",
    )
    miscalibration: float = Field(
        default=0.1,
        ge=0,
        description="growth of the distance (0..1) between categories of a list and the person's",
    )


@dataclass(frozen=True, slots=True)
class Guardrail:
    """A figure that must not fall, beside the metric.

    Attributes:
        live, new: the figure of either side; None where it could not be had.
        limit: where it would be broken.
    """

    name: str
    live: float | None
    new: float | None
    limit: float | None
    passed: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a new version may answer, and why.

    Attributes:
        promoted: it may.
        basis: what was compared; "first": nothing was live; "same": it is the same recipe, and a
            routine refresh; "unjudged": too few people.
        metric: with its @k.
        people: asked of both.
        live, new: means of the metric; None where nothing was judged.
        difference: new less live, paired, with its interval; None likewise.
    """

    promoted: bool
    basis: Basis
    metric: str
    mode: Mode
    people: int = 0
    live: float | None = None
    new: float | None = None
    difference: Difference | None = None
    guardrails: tuple[Guardrail, ...] = ()

    @property
    def broken(self) -> tuple[Guardrail, ...]:
        """Guardrails that did not hold."""
        return tuple(rail for rail in self.guardrails if not rail.passed)


def decide(live: Judgement, new: Judgement, config: PromotionConfig, *, basis: Basis) -> Verdict:
    """The verdict on two judgements about the same queries, in the same order."""
    metric = f"{config.metric}@{config.k}"
    new_scores, live_scores = new.per_query(metric), live.per_query(metric)
    gap = paired_over_fits(new_scores, live_scores)
    rails = guardrails(live, new, config)
    judged = new_scores.shape[1] >= config.fewest_people
    fit = (
        gap.is_surely_better if config.mode == "better" else _is_not_worse(gap, live_scores, config)
    )
    return Verdict(
        promoted=(fit and all(rail.passed for rail in rails))
        if judged
        else _unjudged_passes(config),
        basis=basis if judged else "unjudged",
        metric=metric,
        mode=config.mode,
        people=new_scores.shape[1],
        live=float(live_scores.mean()),
        new=float(new_scores.mean()),
        difference=gap,
        guardrails=rails,
    )


def has_enough_events(live: int, new: int, config: PromotionConfig) -> bool:
    """Whether a version has learnt from about as many events as the live one, or more."""
    return new >= (1 - config.events) * live


def first_verdict(config: PromotionConfig) -> Verdict:
    """The verdict where nothing is live yet."""
    return Verdict(True, "first", f"{config.metric}@{config.k}", config.mode)


def unjudged_verdict(config: PromotionConfig, *, same: bool) -> Verdict:
    """The verdict where nothing could be judged: a refresh of the same recipe may answer."""
    basis: Basis = "same" if same else "unjudged"
    return Verdict(
        same or _unjudged_passes(config), basis, f"{config.metric}@{config.k}", config.mode
    )


def guardrails(live: Judgement, new: Judgement, config: PromotionConfig) -> tuple[Guardrail, ...]:
    """Each figure beside the metric, with its limit."""
    k = config.k
    falls = (
        (f"coverage@{k}", config.coverage),
        (f"diversity@{k}", config.diversity),
        (f"new_items@{k}", config.new_items),
    )
    milliseconds = live.figures["answer_milliseconds"]
    strayed = live.figures.get(f"miscalibration@{k}")
    rises = (
        ("answer_milliseconds", max(config.latency_ms, milliseconds * (1 + config.latency))),
        (f"miscalibration@{k}", None if strayed is None else strayed + config.miscalibration),
    )
    return (
        *(_falls(name, live.figures, new.figures, allowed) for name, allowed in falls),
        *(_rises(name, live.figures, new.figures, limit) for name, limit in rises),
    )


def _is_not_worse(gap: Difference, live: NDArray[np.float64], config: PromotionConfig) -> bool:
    allowed = config.tolerance * float(live.mean()) + ROUNDING
    return not gap.is_surely_worse and gap.mean >= -allowed


def _unjudged_passes(config: PromotionConfig) -> bool:
    """Where figures decide nothing, routine refreshes go on and nothing else does."""
    return config.mode == "not_worse"


def _falls(
    name: str, live: Mapping[str, float], new: Mapping[str, float], allowed: float
) -> Guardrail:
    live_value, now = live.get(name), new.get(name)
    if live_value is None or now is None or not np.isfinite([live_value, now]).all():
        return Guardrail(name, None, None, None, passed=True)
    limit = live_value * (1 - allowed)
    return Guardrail(name, live_value, now, limit, passed=now >= limit)


def _rises(
    name: str, live: Mapping[str, float], new: Mapping[str, float], limit: float | None
) -> Guardrail:
    live_value, now = live.get(name), new.get(name)
    if live_value is None or now is None or limit is None:
        return Guardrail(name, live_value, now, limit, passed=True)
    return Guardrail(name, live_value, now, limit, passed=now <= limit)
