"""Bodies and parameters that run as they stand, for the forms of the documentation.

They speak of the demo's people and films; a catalog of your own has ids of its own. Each is sent by
a test as it is.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

VARIANTS: Final = [
    {"name": "as-now", "weight": 0.5},
    {"name": "varied", "weight": 0.5, "placement": {"diversity": 0.5}},
]
EXPERIMENT: Final = {"place": "home", "variants": VARIANTS, "metrics": [{"name": "clicks"}]}

BODIES: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "recommend": {"user_id": "1", "n": 5, "explain": True},
        "recommend_brief": {"user_id": "1", "n": 5},
        "save_placement": {"filters": ["item.stock != 0"], "diversity": 0.2},
        "estimate_policy": {"at": "home", "days": 30},
        "update_user_settings": {"diversity": 0.3},
        "save_segment": {"of": "items", "rule": "item.price < 10"},
        "save_feed": {"url": "https://shop.example/feed.xml", "cron": "30 4 * * *"},
        "merge_session": {"session_id": "visit-1"},
        "create_token": {"user_id": "1", "minutes": 30},
        "create_session_token": {"token": ""},
        "create_job": {"kind": "train"},
        "save_schedule": {"kind": "train", "cron": "0 3 * * *", "time_zone": "Asia/Seoul"},
        "upsert_item": {"item_id": "50", "title": "Star Wars", "category": "Sci-Fi"},
        "upsert_items": {"items": [{"item_id": "50", "title": "Star Wars", "price": 9.9}]},
        "update_item": {"stock": 3},
        "upsert_user": {"user_id": "1", "location": "Seoul"},
        "upsert_users": {"users": [{"user_id": "1", "tier": "gold"}]},
        "update_user": {"price_max": 100},
        "record_events": {"user_id": "1", "item_id": "50", "type": "click"},
        "create_quarantine": {"user_ids": ["1"], "item_ids": ["50"], "reason": "a trial"},
        "declare_event_type": {"weight": 2.0},
        "record_feedback": {"user_id": "1", "item_id": "50", "feedback": "like"},
        "start_training": {"models": ["popular", "ease"]},
        "create_experiment": {"name": "varied-home", **EXPERIMENT},
        "update_experiment": {**EXPERIMENT, "target": 500},
        "complete_experiment": {"winner": "varied"},
        "chat_stream": {"message": "something funny for tonight", "user_id": "1"},
        "chat": {"message": "something like the first one, under $20", "user_id": "1"},
        "record_chat_feedback": {"user_id": "1", "satisfaction": 5},
        "upsert_digest_recipients": {
            "recipients": [{"user_id": "1", "address": "ann@shop.example", "language": "en"}]
        },
    }
)
"""By operation id."""

PARAMETERS: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "item_id": "50",
        "user_id": "1",
        "n": 5,
        "placement": "home",
        "feed": "shop",
        "segment": "cheap",
        "q": "star",
        "language": "en",
    }
)
"""By name, whatever the operation."""

NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "declare_event_type": "kind=wishlist",
        "reset_event_type": "kind=wishlist",
        "save_schedule": "name=nightly",
        "delete_schedule": "name=nightly",
        "get_experiment": "name=varied-home",
        "update_experiment": "name=varied-home",
        "start_experiment": "name=varied-home",
        "pause_experiment": "name=varied-home",
        "complete_experiment": "name=varied-home",
        "delete_experiment": "name=varied-home",
        "get_experiment_results": "name=varied-home",
        "plot_experiment": "name=varied-home",
    }
)
"""Of what is named in the path, by operation id."""


def parameter_example(operation: str, name: str) -> Any:
    """An example of a parameter; none where only the owner knows one."""
    called, _, value = NAMES.get(operation, "").partition("=")
    return value if called == name else PARAMETERS.get(name)
