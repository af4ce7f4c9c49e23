"""What training takes from and tells other apps. No Django."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel

from omakase_service.jobs.contracts import JobState

TRAINING = "train"
"""The kind of job that trains, and its key: one trains at a time."""
UPDATING = "update"
"""The kind of job that brings the live version up to date between trainings."""
FORGETTING = "forget_versions"
"""The kind of job that deletes versions which learnt from people who were erased long ago."""
UPDATES = "updates"
"""In a version's window: how often it was brought up to date since everything was trained."""
WHOLE_SEQUENCE = "whole_sequence"
"""In a version's window: number of the last event when everything was trained."""


class Stage(StrEnum):
    """Where a version stands. At most one is live."""

    CANDIDATE = "candidate"
    LIVE = "live"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """What is to be trained.

    Attributes:
        models: name in the registry to its knobs; what is left out has its default.
        k: length of the list that is judged.
        metric: what the winner is best at ("ndcg", "recall", …).
        seed: same seed and data, same models.
        fade_days: days after which an event counts 1/e; none: events never fade.
        evaluate: judge the models on the newest tenth first, and let the best one answer;
            otherwise the first one named answers.
        repeats: people take the same again: that counts as right, and may be shown again.
    """

    models: Mapping[str, Mapping[str, Any]]
    k: int = 10
    metric: str = "ndcg"
    seed: int = 0
    fade_days: float | None = None
    evaluate: bool = True
    repeats: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for a JSON column."""
        return {
            "models": {name: dict(knobs) for name, knobs in self.models.items()},
            "k": self.k,
            "metric": self.metric,
            "seed": self.seed,
            "fade_days": self.fade_days,
            "evaluate": self.evaluate,
            "repeats": self.repeats,
        }


class TrainingParameters(BaseModel, extra="forbid"):
    """Parameters of the job that trains: a plan's fields; without models, the settings' plan."""

    models: dict[str, dict[str, Any]] | None = None
    k: int | None = None
    metric: str | None = None
    seed: int | None = None
    fade_days: float | None = None
    evaluate: bool | None = None
    repeats: bool | None = None
    promote: Literal["gate", "always", "never"] = "gate"


@dataclass(frozen=True, slots=True)
class LoggedList:
    """A list as it was shown to somebody, for rankers to learn from.

    Attributes:
        user_id: to whom, by the name under which training knows them.
        time: Unix seconds.
        items: ids, in the order in which they were shown.
        clicked: of each whether it was.
        first_rank: of the first, from 1.
    """

    user_id: str
    time: int
    items: Sequence[str]
    clicked: Sequence[bool]
    first_rank: int = 1


@dataclass(frozen=True, slots=True)
class BuiltVersion:
    """A version that lies on the disk.

    Attributes:
        name: of its folder in the store.
        best: the model that answers where none is named.
        models: name to measures; empty where nothing was judged.
        table: the comparison as plain values, with intervals; empty where nothing was judged.
        window: of the events it learnt from: first, last, events, users, items.
        digest: SHA-256 of its manifest, which vouches for every file.
        size_bytes: of the folder.
        remarks: what whoever trains should know, a sentence each.
        withheld: why it must not answer unless somebody insists; empty where it may.
        recipe: the best model's name and knobs, by which it can be fitted anew.
        curves: model to the figures of each step, where it was learnt step by step.
        lost_indexes: names of the live version's that it could not be given, and why.
    """

    name: str
    best: str
    models: Mapping[str, Mapping[str, float]]
    table: Mapping[str, Any]
    window: Mapping[str, int]
    digest: str
    size_bytes: int
    remarks: tuple[str, ...] = ()
    withheld: str = ""
    recipe: Mapping[str, Any] = field(default_factory=dict)
    curves: Mapping[str, Sequence[Mapping[str, float]]] = field(default_factory=dict)
    lost_indexes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class VersionCard:
    """A version as others may know it. Metrics are those of its best model.

    Attributes:
        remarks, withheld, recipe, curves: as in `BuiltVersion`.
        verdict: of the promotion gate, with its figures and words; empty where it was not asked.
    """

    name: str
    stage: Stage
    best: str
    models: Mapping[str, Mapping[str, float]]
    window: Mapping[str, int]
    created: datetime
    promoted: datetime | None
    table: Mapping[str, Any] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    withheld: str = ""
    recipe: Mapping[str, Any] = field(default_factory=dict)
    verdict: Mapping[str, Any] = field(default_factory=dict)
    curves: Mapping[str, Sequence[Mapping[str, float]]] = field(default_factory=dict)

    @property
    def metrics(self) -> Mapping[str, float]:
        return self.models.get(self.best, {})


@dataclass(frozen=True, slots=True)
class RunCard:
    """A run as others may know it."""

    id: int
    state: JobState
    plan: Mapping[str, Any]
    done: int
    total: int
    step: str
    error: str
    version: str | None
    created: datetime
    started: datetime | None
    finished: datetime | None
