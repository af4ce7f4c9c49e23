"""Figures and tasks as Gorse's dashboard knows them."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils import timezone

from omakase_service.catalog import selectors as catalog
from omakase_service.gorse import selectors
from omakase_service.gorse.contracts import ZERO_TIME, MoveSettings, rfc3339
from omakase_service.jobs.contracts import JobState
from omakase_service.jobs.selectors import jobs
from omakase_service.training.selectors import live_card

STATES = {
    JobState.QUEUED: "Pending",
    JobState.RUNNING: "Running",
    JobState.SUCCEEDED: "Complete",
    JobState.FAILED: "Failed",
}
LATEST_TASKS = 20


def stats_of(config: MoveSettings) -> dict[str, Any]:
    """How much of everything there is, and how good the live version was when it was judged."""
    counts, feedback = catalog.counts(), selectors.feedback_counts(config)
    card = live_card()
    fitted = rfc3339(card.created) if card else ZERO_TIME
    metrics = card.metrics if card else {}
    ranking = {"NDCG": metrics.get("ndcg@10", 0), "Precision": metrics.get("precision@10", 0)}
    return {
        "BinaryVersion": "omakase",
        "NumServers": 0,
        "NumWorkers": 0,
        "NumUsers": counts["users"],
        "NumItems": counts["items"],
        "NumUserLabels": catalog.user_label_count(),
        "NumItemLabels": len(selectors.all_categories()),
        "NumTotalPosFeedback": feedback["positive"],
        "NumValidPosFeedback": feedback["positive"],
        "NumValidNegFeedback": feedback["negative"],
        "PopularItemsUpdateTime": ZERO_TIME,
        "LatestItemsUpdateTime": ZERO_TIME,
        "MatchingModelFitTime": fitted,
        "MatchingModelScore": ranking | {"Recall": metrics.get("recall@10", 0)},
        "RankingModelFitTime": fitted,
        "RankingModelScore": dict.fromkeys(("RMSE", "Precision", "Recall", "Accuracy", "AUC"), 0),
    }


def tasks_of() -> list[dict[str, Any]]:
    """The newest jobs."""
    return [
        {
            "Tracer": "master",
            "Name": job.kind,
            "Status": STATES.get(job.state, "Suspended"),
            "Error": job.note if job.state == JobState.FAILED else "",
            "Count": job.done,
            "Total": job.total,
            "StartTime": rfc3339(job.started),
            "FinishTime": rfc3339(job.finished),
        }
        for job in jobs(limit=LATEST_TASKS)
    ]


def series_of(name: str, config: MoveSettings) -> list[dict[str, Any]]:
    """A figure as of today; nothing for a name that no figure has."""
    figure = FIGURES.get(name)
    value = figure(config) if figure else None
    if value is None:
        return []
    today = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    return [{"Name": name, "Timestamp": rfc3339(today), "Value": value}]


def config_of(config: MoveSettings) -> dict[str, Any]:
    """The settings of Gorse that hold here, at their places in its `config.toml`."""
    named = {
        "non-personalized": [{"name": name, "score": "len(feedback)"} for name in config.popular],
        "item-to-item": [{"name": name, "type": "auto"} for name in config.neighbors],
        "user-to-user": [{"name": name, "type": "auto"} for name in config.similar_users],
    }
    source = {
        "positive_feedback_types": list(map(str, config.positive)),
        "read_feedback_types": list(map(str, config.read)),
        "negative_feedback_types": list(map(str, config.negative)),
    }
    return {
        "server": {"default_n": config.default_n},
        "recommend": {"cache_size": config.cache_size, "data_source": source, **named},
    }


def _metric(name: str) -> Callable[[MoveSettings], float | None]:
    def figure(config: MoveSettings) -> float | None:
        card = live_card()
        return card.metrics.get(name) if card else None

    return figure


FIGURES: Mapping[str, Callable[[MoveSettings], float | None]] = {
    "num_users": lambda config: catalog.counts()["users"],
    "num_items": lambda config: catalog.counts()["items"],
    "num_feedback": lambda config: selectors.feedback_counts(config)["total"],
    "num_pos_feedbacks": lambda config: selectors.feedback_counts(config)["positive"],
    "num_neg_feedbacks": lambda config: selectors.feedback_counts(config)["negative"],
    "cf_ndcg": _metric("ndcg@10"),
    "cf_precision": _metric("precision@10"),
    "cf_recall": _metric("recall@10"),
}
