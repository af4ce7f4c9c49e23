"""Values of judging a policy by what was logged."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, Field

from omakase_settings import Placement


@dataclass(frozen=True, slots=True)
class PolicyQuestion:
    """A policy to be judged by what was logged at a placement.

    Attributes:
        at: name of the placement whose lists are looked at; "" are lists at none.
        version: a saved one; "" is the live one.
        placement: what would hold there; None is what holds now.
        since: Unix seconds.
        answers: the newest so many are looked at.
        draws: lists drawn for each of them, where the policy leaves something to chance.
    """

    at: str = ""
    version: str = ""
    placement: Placement | None = None
    since: int = 0
    answers: int = 1000
    draws: int = 50


class ShadowParameters(BaseModel, extra="forbid"):
    """Parameters of the job that compares a candidate with the live version in the shadow."""

    version: str = Field(default="", description="a saved version; the newest candidate by itself")
    placement: str = Field(default="", description="whose logged lists are asked for again")
    answers: int = Field(default=500, ge=1, le=20_000, description="newest lists to look at")


class TradeOffParameters(BaseModel, extra="forbid"):
    """Parameters of the job that measures what varied lists cost."""

    model: str = Field(default="", description="of the live version; its best one by itself")


@dataclass(frozen=True, slots=True)
class ReplayedAnswer:
    """A logged list, and what the policy would have shown instead.

    Attributes:
        who: whose list it was.
        items: ids as they were shown.
        probabilities: with which each was shown there.
        clicked: whether each was clicked.
        lists: one of the policy, or several drawn ones.
    """

    who: str
    items: Sequence[str]
    probabilities: Sequence[float]
    clicked: Sequence[bool]
    lists: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class EstimateOut:
    """What a policy would have brought, by one estimator.

    Attributes:
        estimator: snips or dr.
        mean: clicks a place; low, high: its interval.
        effective_size: places of the policy's own that would tell as much.
        is_trustworthy: nothing speaks against it.
        diagnosis: in words.
    """

    estimator: str
    mean: float
    low: float
    high: float
    effective_size: float
    is_trustworthy: bool
    diagnosis: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PolicyVerdict:
    """What a policy would have brought where another one was shown.

    Attributes:
        answers, places: that were looked at.
        logged_mean: clicks a place that came of what was shown.
        estimates: of the policy.
        learnt_share: share of the answers from before the version began to learn: it may have
            learnt from what came of them, and the estimate is too good then.
    """

    answers: int
    places: int
    logged_mean: float
    estimates: tuple[EstimateOut, ...]
    learnt_share: float
