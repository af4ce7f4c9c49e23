"""Gorse's `config.toml`: what of it has a counterpart here, and what has none, in words."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from omakase_service.gorse.contracts import BadRequest, ConfigReport, FeedbackRule, MoveSettings

RULE = re.compile(r"\s*([^<>=!\s][^<>=!]*?)\s*(?:(>=|<=|==?|>|<)\s*(-?\d+(?:\.\d+)?))?\s*")
POPULAR_SCORES = ("len(feedback)", "count(feedback, true)")

COUNTERPARTS: Mapping[str, str] = {
    "database": "the database is `database_url`; rows come by the dump or the JSON Lines",
    "database.data_store": "the database is `database_url`",
    "database.cache_store": "there is no cache to set up: `redis_url` lets processes share one",
    "master": "one server does all: `omakase serve --gorse-port`, keys by `omakase key create`",
    "server.api_key": "keys are made here: `omakase key create gorse`",
    "server.auto_insert_user": "users that feedback names are always made",
    "server.auto_insert_item": "items that feedback names are always made",
    "recommend.data_source.positive_feedback_ttl": "age counts by `training.fade_days`",
    "recommend.data_source.item_ttl": "hide an item that is over: IsHidden",
    "recommend.collaborative": "models are chosen by measuring them: `omakase evaluate`",
    "recommend.ranker": "lists are ranked when they are asked for, there is nothing to fit by hand",
    "recommend.replacement": "what a person had stays out of their list",
    "recommend.external": "sources from outside are not asked",
    "recommend.cache_expire": "lists are never old: an event changes the next one",
    "recommend.active_user_ttl": "everybody is answered, however long they were away",
    "recommend.context_size": "the history that counts is `serving.history_events`",
    "recommend.fallback": "what is popular, then what is newest, as it is by default there",
    "oidc": "staff log in to the admin with their password",
    "openai": "texts are read by models of your own: `omakase models`",
    "blob": "models are kept in `data_folder`",
    "tracing": "traces are set by `tracing.endpoint`",
}
"""Settings without a counterpart of the same kind, and what to do instead."""


def read_config(text: str) -> ConfigReport:
    """What a `config.toml` says, in our words.

    Raises:
        BadRequest: it is not TOML, or a type of feedback cannot be read.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadRequest(f"this is no config.toml: {error}") from error
    recommend, server = _table(document, "recommend"), _table(document, "server")
    source = _table(recommend, "data_source")
    rules = {
        name: tuple(map(rule_of, _list(source, f"{name}_feedback_types")))
        for name in ("positive", "read", "negative")
    }
    config = MoveSettings(
        known=True,
        popular=_names(recommend, "non-personalized") or ("popular",),
        neighbors=_names(recommend, "item-to-item") or ("neighbors",),
        similar_users=_names(recommend, "user-to-user") or ("neighbors",),
        default_n=_count(server, "default_n", 10),
        cache_size=_count(recommend, "cache_size", 100),
        searchable=bool(_list(_table(recommend, "search"), "columns")),
        **rules,
    )
    return ConfigReport(config, kinds_of(config), list(_summary(config)), list(_left(document)))


def rule_of(text: object) -> FeedbackRule:
    """A type of feedback, perhaps with a bound: `star`, `rating>=4`.

    Raises:
        BadRequest: it is written otherwise.
    """
    match = RULE.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise BadRequest(
            f"the type of feedback {text!r} cannot be read; write it as star or rating>=4"
        )
    kind, comparison, bound = match.groups()
    return FeedbackRule(kind, (comparison or "").replace("==", "="), float(bound or 0))


def kinds_of(config: MoveSettings) -> dict[str, dict[str, Any]]:
    """What each type of feedback counts here, by its name: fields of a declared kind.

    A positive type counts; with a bound from below, what is under it is a dislike. A negative one
    speaks against the item. One that only says that an item was seen counts nothing.
    """
    kinds: dict[str, dict[str, Any]] = {rule.kind: {"weight": 0.0} for rule in config.read}
    for rule in config.negative:
        kinds[rule.kind] = {"negative": True}
    for rule in config.positive:
        counted: dict[str, Any] = {"negative": False}
        if rule.comparison in (">=", ">"):
            counted |= {"from_value": True, "middle": rule.bound}
        kinds[rule.kind] = counted
    return kinds


def _summary(config: MoveSettings) -> Iterator[str]:
    for name, rules in (("positive", config.positive), ("read", config.read)):
        if rules:
            yield f"{name} feedback: {', '.join(map(str, rules))}"
    if config.negative:
        yield f"negative feedback: {', '.join(map(str, config.negative))}"
    yield f"lists of {config.default_n}, whole lists of {config.cache_size}"
    yield f"non-personalized lists: {', '.join(config.popular)} (positive feedback, counted)"
    yield f"item-to-item: {', '.join(config.neighbors)} (by our models)"
    yield f"user-to-user: {', '.join(config.similar_users)} (by our models)"
    yield f"search in comments: {'on' if config.searchable else 'off'}"


def _left(said: Mapping[str, Any]) -> Iterator[str]:
    """Settings of the file that do nothing here, each once, with what to do instead."""
    named = set()
    for path in _paths(said):
        name = next((prefix for prefix in _prefixes(path) if prefix in COUNTERPARTS), "")
        if name and name not in named:
            named.add(name)
            yield f"{name}: {COUNTERPARTS[name]}"
    for table in _tables(_table(said, "recommend"), "non-personalized"):
        if table.get("score", "") not in POPULAR_SCORES or table.get("filter"):
            name = f"recommend.non-personalized {table.get('name', '')!r}"
            yield f"{name}: positive feedback is counted, its own score or filter is not read"


def _paths(table: Mapping[str, Any], above: str = "") -> Iterator[str]:
    for name, value in table.items():
        path = f"{above}{name}"
        if isinstance(value, dict):
            yield from _paths(value, f"{path}.")
        else:
            yield path


def _prefixes(path: str) -> Iterator[str]:
    """The path itself and those above it, the longest first."""
    parts = path.split(".")
    for end in range(len(parts), 0, -1):
        yield ".".join(parts[:end])


def _table(said: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    table = said.get(name, {})
    return table if isinstance(table, dict) else {}


def _tables(said: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    tables = said.get(name, [])
    return (
        [table for table in tables if isinstance(table, dict)] if isinstance(tables, list) else []
    )


def _names(said: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return tuple(str(table["name"]) for table in _tables(said, name) if "name" in table)


def _list(said: Mapping[str, Any], name: str) -> Sequence[Any]:
    names = said.get(name, [])
    return names if isinstance(names, list) else [names]


def _count(said: Mapping[str, Any], name: str, usual: int) -> int:
    number = said.get(name, usual)
    is_count = isinstance(number, int) and not isinstance(number, bool) and number > 0
    return number if is_count else usual
