"""How many items and people a filter lets pass."""

from collections.abc import Iterable, Mapping
from typing import Any

from omakase.rules.columns import AttributeType, schema_of
from omakase.rules.rule import Rule
from omakase_service.serving.engine.recommender import LiveRecommender


def item_matches(live: LiveRecommender, rule: str) -> int:
    """Items of a version that a filter lets pass, whoever asks.

    Raises:
        RuleError: it cannot be read, is no filter, or asks of people or requests.
    """
    columns = live.rules.columns
    size = len(live.opened.ids.items)
    read = Rule.of(rule, columns, size, item_schema=schema_of(columns))
    return int(read.expected(AttributeType.FLAG).holds().sum())


def user_matches(live: LiveRecommender, rule: str, people: Iterable[Mapping[str, Any]]) -> int:
    """People of whom a filter is true.

    Args:
        people: what rules may say of each.

    Raises:
        RuleError: it cannot be read, is no filter, or asks of items or requests.
    """
    schema = live.rules.user_schema
    read = Rule.of(rule, {}, 1, item_schema={}, user_schema=schema).expected(AttributeType.FLAG)
    return sum(bool(read.holds(user=facts)[0]) for facts in people)
