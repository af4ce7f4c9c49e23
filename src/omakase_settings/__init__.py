"""The one settings object. Read once, at the two doors (web and command line)."""

import os
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_origin

from pydantic import BaseModel, BeforeValidator, Field, SecretStr, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

Secret = Annotated[SecretStr | None, BeforeValidator(lambda given: given or None)]
"""Something that no log shows; an empty text is none."""


class Web(BaseModel, frozen=True, extra="forbid"):
    """How the service listens."""

    secret_key: Secret = Field(
        default=None,
        description="signs cookies and API keys; none: made once, kept in data_folder/secret_key",
    )
    allowed_hosts: tuple[str, ...] = Field(
        default=("localhost", "127.0.0.1", "[::1]", "testserver"),
        description="Host headers answered",
    )
    trusted_origins: tuple[str, ...] = Field(
        default=(), description="https:// origins from which staff pages may be posted"
    )
    open_metrics: bool = Field(
        default=False, description="/metrics is shown to anybody; otherwise to a key with admin"
    )
    debug: bool = Field(default=False, description="tracebacks in the browser; never in production")
    host: str = Field(default="127.0.0.1", description="address of `omakase serve`")
    port: int = Field(default=8000, ge=1, le=65535, description="TCP port of `omakase serve`")
    workers: int = Field(default=1, ge=1, description="processes that answer")
    cors_origins: tuple[str, ...] = Field(
        default=(), description="origins whose pages may call the API, https://shop.example"
    )
    https: bool = Field(
        default=False, description="people come by https: cookies are sent over nothing else"
    )
    hsts_seconds: int = Field(
        default=0, ge=0, description="how long browsers insist on https; 0: they are not told to"
    )
    proxies: int = Field(
        default=0, ge=0, description="own proxies in front, whose X-Forwarded-For is believed"
    )
    key_seconds: float = Field(
        default=1.0, ge=0, description="how long a process believes a server key without looking"
    )
    threads: int = Field(
        default=4, ge=1, description="requests a process answers at a time; a write waits for disk"
    )
    max_body_bytes: int = Field(
        default=20 * 2**20, ge=1024, description="largest request body that is read, in bytes"
    )
    language: Literal["en", "ko"] = Field(
        default="en", description="language of pages where the browser asks for none"
    )


class Tokens(BaseModel, frozen=True, extra="forbid"):
    """Tokens of single users, for pages and apps."""

    keys: tuple[Annotated[SecretStr, Field(min_length=32)], ...] = Field(
        default=(),
        description="the first signs, all verify: put a new one first, take the old one out when "
        "its tokens have expired; none: derived from the secret key",
    )
    minutes: int = Field(default=60, ge=1, description="how long a token holds by itself")
    max_minutes: int = Field(default=1440, ge=1, description="longest that may be asked for")


class Limits(BaseModel, frozen=True, extra="forbid"):
    """How often one may ask, a minute; 0: as often as one likes.

    Processes count together where `redis_url` is set; else, and while Redis is away, each for
    itself: with W workers up to W times as much is let through.
    """

    key_per_minute: int = Field(default=0, ge=0, description="requests with one server key")
    user_per_minute: int = Field(
        default=600, ge=0, description="requests and messages with the tokens of one user"
    )
    address_per_minute: int = Field(
        default=0, ge=0, description="requests to the API from one address, whoever asks"
    )
    refused_per_minute: int = Field(
        default=300, ge=0, description="requests without a valid key or token from one address"
    )


class Database(BaseModel, frozen=True, extra="forbid"):
    """How rows are kept."""

    durable: bool = Field(
        default=True,
        description="a commit is on the disk before it is acknowledged; false: a power cut "
        "may take the last second (SQLite only; PostgreSQL has synchronous_commit)",
    )
    busy_seconds: float = Field(
        default=20.0, gt=0, description="how long a write waits for another to end (SQLite)"
    )
    keep_seconds: int = Field(
        default=600, ge=0, description="how long a connection is kept for the next request"
    )


class Events(BaseModel, frozen=True, extra="forbid"):
    """How behaviour comes in."""

    max_batch: int = Field(default=1000, ge=1, description="most events in one request")
    create_unknown: bool = Field(
        default=True, description="an id first seen in an event becomes a bare item or user"
    )
    import_batch: int = Field(default=50_000, ge=1, description="rows a transaction of an import")


class Training(BaseModel, frozen=True, extra="forbid"):
    """How models are made."""

    beside_server: bool = Field(
        default=True,
        description="`omakase serve` also does the training that is asked for over HTTP, in a "
        "process beside it; false: only `omakase worker` does",
    )
    models: tuple[str, ...] = Field(
        default=("popular", "ease"), description="models trained when none are named"
    )
    k: int = Field(default=10, ge=1, description="length of the list that is judged")
    metric: str = Field(default="ndcg", description="what the best model is best at")
    keep_versions: int = Field(default=5, ge=1, description="retired versions kept on disk")
    seed: int = Field(default=0, ge=0, description="same seed and data, same models")
    fade_days: float = Field(
        default=30.0, ge=0, description="days after which an event counts 1/e; 0: it never fades"
    )


class Placement(BaseModel, frozen=True, extra="forbid"):
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
    wishes: bool = Field(
        default=True, description="whether categories and prices that a person refused stay out"
    )

    @model_validator(mode="after")
    def _one_answers(self) -> Self:
        if sum(map(bool, (self.model, self.strategy, self.pipeline))) > 1:
            raise ValueError("name a model, a strategy or a pipeline, not several of them")
        return self


class Serving(BaseModel, frozen=True, extra="forbid"):
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


class Cache(BaseModel, frozen=True, extra="forbid"):
    """How long answers are kept."""

    seconds: float = Field(
        default=1800.0, ge=0, description="how long an answer is good for; 0: none is kept"
    )
    entries: int = Field(default=10_000, ge=1, description="most answers kept in a process")
    wait_seconds: float = Field(
        default=5.0, gt=0, description="how long to wait for another who computes the same answer"
    )


class Online(BaseModel, frozen=True, extra="forbid"):
    """What is at hand of each person, beside the log."""

    seconds: float = Field(
        default=3600.0, ge=0, description="after this long a person is read from the log again"
    )
    people: int = Field(
        default=100_000, ge=1, description="most people kept at hand; who asked last stays"
    )
    unsettled_seconds: float = Field(
        default=10.0,
        ge=0,
        description="how long a person is read from the log when a write to it never ended",
    )


class Realtime(BaseModel, frozen=True, extra="forbid"):
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


class Storefront(BaseModel, frozen=True, extra="forbid"):
    """The demo site, at the root of the server."""

    open: bool = Field(
        default=False,
        description="anybody may look at it, and come as any user of the data: for demos only",
    )


class Environment(EnvSettingsSource):
    """The environment, where a list may be written with commas: `ease,ials`."""

    def decode_complex_value(self, field_name: str, field: FieldInfo, value: Any) -> Any:
        """What the text of a list or of a whole topic means.

        Raises:
            ValueError: neither JSON nor a list.
        """
        if get_origin(field.annotation) is tuple and not value.lstrip().startswith("["):
            return [part.strip() for part in value.split(",") if part.strip()]
        return super().decode_complex_value(field_name, field, value)


class TomlFile(TomlConfigSettingsSource):
    """omakase.toml."""

    def _read_file(self, file_path: Any) -> dict[str, Any]:
        try:
            return tomllib.loads(file_path.read_text(encoding="utf-8-sig"))
        except ValueError as error:
            raise ValueError(f"{file_path} is not TOML in UTF-8: {error}") from error


class Logs(BaseModel, frozen=True, extra="forbid"):
    """What is written on standard error."""

    level: Literal["debug", "info", "warning", "error"] = Field(
        default="warning", description="from which on lines are written"
    )
    json_lines: bool = Field(default=False, description="for programs: one JSON object a line")
    requests: bool = Field(default=False, description="one line for each request")


class Tracing(BaseModel, frozen=True, extra="forbid"):
    """Traces by OpenTelemetry; needs the extra `otel`."""

    endpoint: Annotated[str | None, BeforeValidator(lambda given: given or None)] = Field(
        default=None,
        pattern=r"^https?://",
        description="collector that speaks OTLP over HTTP, http://host:4318; none: no traces",
    )
    share: float = Field(
        default=1.0, ge=0, le=1, description="of the requests that are traced, unless a caller says"
    )
    service: str = Field(default="omakase", description="what traces call this service")


class Answers(BaseModel, frozen=True, extra="forbid"):
    """How answers are remembered, and what counts as their success."""

    queue: int = Field(
        default=10_000,
        ge=1,
        description="most answers of a process that wait in memory; more wait on the disk",
    )
    write_seconds: float = Field(default=0.5, gt=0, description="how often they are written")
    window_seconds: int = Field(
        default=86_400,
        ge=1,
        description="how long after an answer an event without a request id may be its outcome",
    )
    impressions: tuple[str, ...] = Field(
        default=("impression",), description="kinds of events that mean: it was seen"
    )
    clicks: tuple[str, ...] = Field(
        default=("click",), description="kinds of events that mean: it was followed"
    )
    conversions: tuple[str, ...] = Field(
        default=("purchase",), description="kinds of events that mean: it was worth it"
    )


class Settings(BaseSettings):
    """Everything an operator may change. OMAKASE_SERVING__MAX_N=50 overrides serving.max_n."""

    model_config = SettingsConfigDict(
        env_prefix="OMAKASE_",
        env_nested_delimiter="__",
        env_ignore_empty=True,
        hide_input_in_errors=True,  # it may be a secret
        frozen=True,
        extra="forbid",
        toml_file="omakase.toml",
    )

    data_folder: Path = Field(default=Path("var"), description="database, models and snapshots")
    database_url: Secret = Field(
        default=None,
        description="postgresql://user:password@host/name; none: SQLite in data_folder",
    )
    redis_url: Secret = Field(
        default=None,
        description="redis://host:6379/0 that all processes share; none: files in data_folder",
    )
    web: Web = Web()
    tokens: Tokens = Tokens()
    limits: Limits = Limits()
    database: Database = Database()
    events: Events = Events()
    training: Training = Training()
    serving: Serving = Serving()
    cache: Cache = Cache()
    online: Online = Online()
    realtime: Realtime = Realtime()
    answers: Answers = Answers()
    logs: Logs = Logs()
    tracing: Tracing = Tracing()
    storefront: Storefront = Storefront()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments beat the environment, which beats omakase.toml."""
        return init_settings, Environment(settings_cls), TomlFile(settings_cls)


def names() -> tuple[str, ...]:
    """Every setting, as omakase.toml has it: "data_folder", "web", "web.port", …"""
    return tuple(_names(Settings))


def _names(cls: type[BaseModel], prefix: str = "") -> Iterator[str]:
    for name, field in cls.model_fields.items():
        yield prefix + name
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _names(field.annotation, f"{prefix}{name}.")


def nearest(name: str, known: Iterable[str]) -> str:
    """ " (did you mean …?)", empty where nothing is near."""
    near = get_close_matches(name, list(known), n=1)
    return f" (did you mean {near[0]}?)" if near else ""


def _variables() -> set[str]:
    return {f"OMAKASE_{name.upper().replace('.', '__')}" for name in names()}


def unknown_names(environ: Mapping[str, str]) -> list[str]:
    """OMAKASE_ variables that no setting answers to; pydantic-settings ignores most in silence."""
    ours = (name for name in environ if name.upper().startswith("OMAKASE_"))
    return sorted(name for name in ours if name.upper() not in _variables())


@cache
def settings() -> Settings:
    """Read once. A test that needs other values builds its own Settings and passes it in.

    Raises:
        ValueError: a value is not valid, or an OMAKASE_ variable is misspelt.
    """
    if strange := unknown_names(os.environ):
        said = (name + nearest(name.upper(), _variables()) for name in strange)
        raise ValueError(f"no such settings: {', '.join(said)}")
    return Settings()
