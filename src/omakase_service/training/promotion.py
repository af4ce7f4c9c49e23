"""The promotion gate at work: a new version is judged beside the live one, and the verdict kept."""

import logging
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.utils import timezone

from omakase_service.events.engine import latest_credible
from omakase_service.events.selectors import kinds
from omakase_service.platform.database import transaction
from omakase_service.training import engine
from omakase_service.training.contracts import TrainingPlan, VersionCard
from omakase_service.training.models import ModelVersion
from omakase_service.training.selectors import live_card, version_by_name
from omakase_service.training.shared_versions import fetch_version, versions_folder
from omakase_service.training.versions import promote_version, snapshot_folder
from omakase_settings import settings

log = logging.getLogger("omakase.training")
NONE_LOST: Mapping[str, str] = MappingProxyType({})


def gate_version(
    *, name: str, plan: TrainingPlan, lost_indexes: Mapping[str, str] = NONE_LOST
) -> VersionCard:
    """Judge a candidate beside the live version, keep the verdict, and promote it where it may.

    A version that is withheld is never promoted here.

    Args:
        lost_indexes: names of the live version's vector indexes that the candidate could not be
            given, and why; the verdict says so.
    """
    candidate, live = version_by_name(name=name), live_card()
    verdict = verdict_on(candidate, live, plan)
    return _apply(candidate, with_lost_indexes(verdict, lost_indexes))


def gate_update(*, name: str, live: VersionCard, plan: TrainingPlan) -> VersionCard:
    """Judge a live version brought up to date by the newest events, which neither has learnt.

    Where too few people did something in them, it is a refresh of the same recipe.
    """
    candidate = version_by_name(name=name)
    verdict = lost_events(candidate, live) or judge_later(live=live, other=candidate, plan=plan)
    return _apply(candidate, verdict or engine.refresh_verdict_of(promotion_config(plan)))


def _apply(candidate: VersionCard, verdict: Mapping[str, Any]) -> VersionCard:
    """Keep the verdict, and promote the candidate where it says so."""
    log.info("version %s: %s", candidate.name, " ".join(verdict["words"]["en"]))
    with transaction.atomic():  # a verdict that says "promoted" is that of a version that answers
        ModelVersion.objects.filter(name=candidate.name).update(verdict=dict(verdict))
        if verdict["promoted"] and not candidate.withheld:
            promote_version(name=candidate.name)
    return version_by_name(name=candidate.name)


def verdict_on(
    candidate: VersionCard, live: VersionCard | None, plan: TrainingPlan
) -> dict[str, Any]:
    """The verdict on a candidate, as plain values with words in English and Korean."""
    config = promotion_config(plan)
    if live is None:
        return engine.first_verdict_of(config)
    if shrunk := lost_events(candidate, live):
        return shrunk
    return engine.judge_recipes(
        snapshot=snapshot_folder(),
        kinds=kinds(),
        plan=plan,
        latest=latest_now(),
        live=recipe_of(live),
        new=recipe_of(candidate),
        config=config,
    )


def with_lost_indexes(verdict: Mapping[str, Any], lost: Mapping[str, str]) -> dict[str, Any]:
    """A verdict that says which vector indexes did not outlive the training."""
    if not lost:
        return dict(verdict)
    words = {language: [*sentences] for language, sentences in verdict["words"].items()}
    for name, why in lost.items():
        words["en"].append(
            f"The vector index {name} could not be made anew ({why}); its model scores every item."
        )
        words["ko"].append(
            f"벡터 인덱스 {name}: 다시 만들지 못했습니다({why}). 모델이 모든 아이템을 평가합니다."
        )
    return {**verdict, "lost_indexes": dict(lost), "words": words}


def lost_events(candidate: VersionCard, live: VersionCard) -> dict[str, Any] | None:
    """The verdict where a candidate has learnt from far fewer events than the live version."""
    events_before, now = live.window.get("events", 0), candidate.window.get("events", 0)
    if engine.has_enough_events(events_before, now):
        return None
    english = f"It has learnt from {now:,} events; the live version from {events_before:,}."
    korean = f"이 버전은 이벤트 {now:,}개로 배웠습니다. 지금 버전은 {events_before:,}개입니다."
    return {
        "promoted": False,
        "basis": "events",
        "live": events_before,
        "new": now,
        "words": {
            "en": [english, "It stays a candidate until somebody promotes it."],
            "ko": [korean, "누군가 직접 올리기 전에는 후보로 남습니다."],
        },
    }


def judge_later(*, live: VersionCard, other: VersionCard, plan: TrainingPlan) -> Mapping[str, Any]:
    """The verdict on two saved versions by events that came after both; empty where none did.

    The snapshot must be up to date.
    """
    for card in (live, other):
        fetch_version(name=card.name)
    verdict = engine.judge_versions(
        snapshot=snapshot_folder(),
        kinds=kinds(),
        latest=latest_now(),
        folder=versions_folder(),
        live=(live.name, live.best),
        new=(other.name, other.best),
        since=max(live.window.get("last", 0), other.window.get("last", 0)),
        repeats=plan.repeats,
        config=promotion_config(plan),
    )
    return verdict or {}


def recipe_of(card: VersionCard) -> dict[str, Any]:
    """A version's recipe; of one that an older release made, its best model as it comes."""
    return dict(card.recipe) or {"model": card.best, "knobs": {}}


def promotion_config(plan: TrainingPlan) -> dict[str, Any]:
    """Fields of the engine's configuration of the gate."""
    rules = settings().training
    mode = "not_worse" if rules.gate == "off" else rules.gate
    return {
        "metric": plan.metric,
        "k": plan.k,
        "mode": mode,
        "tolerance": rules.tolerance,
        "fewest_people": rules.fewest_people,
    }


def latest_now() -> int:
    """Unix seconds after which an event is of the future."""
    return latest_credible(int(timezone.now().timestamp()), settings().events.future_seconds)
