"""How lists are made, kept and pushed."""

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from omakase_settings.group import SettingGroup
from omakase_settings.secret import Secret


class Placement(SettingGroup, frozen=True):
    """What is shown at one place of a site or an app. A request that names it may say more."""

    model: str = Field(default="", description="that answers; nothing: the best one")
    strategy: str = Field(default="", description="how models are put together, instead of one")
    pipeline: dict[str, Any] = Field(
        default_factory=dict,
        description="sources, merge, rankers and gate of its own, instead of either",
    )
    filters: tuple[str, ...] = Field(default=(), description="rules that every item passes")
    boosts: tuple[str, ...] = Field(
        default=(), description="numbers that lift an item (2) or sink it (0.5)"
    )
    include: tuple[str, ...] | None = Field(default=None, description="items; no others are shown")
    exclude: tuple[str, ...] = Field(default=(), description="items that are never shown")
    pins: dict[Annotated[int, Field(ge=1)], str] = Field(
        default_factory=dict, description="places, from 1, to the items that take them"
    )
    diversity: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="0: by score alone; 1: as varied as can be; a person's own wish goes before",
    )
    caps: dict[str, Annotated[float, Field(gt=0, le=1)]] = Field(
        default_factory=dict,
        description="columns of items (category, brand) to the most that one value may fill, 0..1",
    )
    seen: Literal["hide", "show"] | None = Field(
        default=None, description="whether what a person has had may come again"
    )
    seen_days: float | None = Field(
        default=None,
        gt=0,
        description="days after which what a person has had may come again, where it is hidden; "
        "none: never",
    )
    shown_days: float | None = Field(
        default=None,
        gt=0,
        description="days for which what a person was shown at this place stays out; none: it may "
        "come again at once",
    )
    wishes: bool = Field(
        default=True, description="whether categories and prices that a person refused stay out"
    )

    @model_validator(mode="after")
    def _one_answers(self) -> Self:
        if sum(map(bool, (self.model, self.strategy, self.pipeline))) > 1:
            raise ValueError("name a model, a strategy or a pipeline, not several of them")
        return self


class ServingSettings(SettingGroup, frozen=True):
    """How recommendations are answered."""

    pool: int = Field(default=200, ge=1, description="candidates asked of each source")
    default_n: int = Field(default=10, ge=1, description="length of a list when none is asked for")
    max_n: int = Field(default=50, ge=1, description="longest list a client may ask for")
    history_events: int = Field(
        default=200, ge=1, description="newest events of a person that a model looks at"
    )
    seen_events: int = Field(
        default=5000, ge=1, description="newest events whose items are not shown again"
    )
    exploration: float = Field(
        default=0.1,
        ge=0,
        le=0.5,
        description="share of the places for what is new, where nothing is known of a person but "
        "what they say they like",
    )
    exploration_draws: bool = Field(
        default=False,
        description="whether the places for what is new are drawn at random, each with its true "
        "probability in the log, so that other policies can be judged by it; otherwise they are "
        "always the same",
    )
    hold_seconds: float = Field(
        default=1800.0, gt=0, description="how long further parts of a list can be asked for"
    )
    placements: dict[str, Placement] = Field(
        default_factory=dict,
        description="what is shown where, by name; those saved over HTTP go before",
    )
    refresh_seconds: float = Field(
        default=1.0, ge=0, description="how often a process looks for a new version and new items"
    )


class CacheSettings(SettingGroup, frozen=True):
    """How long answers are kept."""

    seconds: float = Field(
        default=1800.0, ge=0, description="how long an answer is good for; 0: none is kept"
    )
    entries: int = Field(default=10_000, ge=1, description="most answers kept in a process")
    wait_seconds: float = Field(
        default=5.0, gt=0, description="how long to wait for another who computes the same answer"
    )


class RealtimeSettings(SettingGroup, frozen=True):
    """How open pages are told what has changed."""

    threads: int = Field(default=2, ge=1, description="lists that a process computes at a time")
    slow_seconds: float = Field(
        default=5.0, gt=0, description="a page that takes no message for so long is left"
    )
    max_message_bytes: int = Field(
        default=65_536, ge=1024, description="longest message that a page may send"
    )
    waiting_messages: int = Field(
        default=100, ge=1, description="news that may wait for one page; more is told together"
    )


class ChatSettings(SettingGroup, frozen=True):
    """How conversations are answered. They need no language model; one may reword answers."""

    placement: str = Field(default="chat", description="whose rules hold for lists in the chat")
    refresh_seconds: float = Field(
        default=30.0, ge=0, description="how often a process looks for changes of the catalog"
    )
    personal_search: bool = Field(
        default=True, description="whether search follows the taste of whoever is named"
    )
    learning_schedule: str = Field(
        default="10 5 * * 1",
        description="when the guide learns from rated talks (minute hour day month weekday); "
        "empty: never by itself",
    )
    learning_talks: int = Field(
        default=50, ge=1, description="talks rated since the last time without which it does not"
    )
    llm_url: str = Field(
        default="",
        description="of any OpenAI-compatible server, up to /v1; what it writes is shown only "
        "where it names nothing that is not in the list",
    )
    llm_model: str = Field(default="", description="its name there")
    local_model: Path | None = Field(
        default=None,
        description="folder of a causal model of Transformers that rewords answers in this "
        "process, where no llm_url is named; needs the extra `chat`",
    )
    local_adapter: Path | None = Field(
        default=None, description="folder of its adapter, as `omakase dialog adapt` writes it"
    )
    llm_key: Secret = Field(default=None, description="for the header Authorization: Bearer")
    llm_seconds: float = Field(default=5.0, gt=0, description="wait no longer for it")
