"""A version opened to answer: the one that should, or the newest older one that can be opened."""

import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from omakase_service.catalog.contracts import ItemCard
from omakase_service.serving.engine import EVERYBODYS, EngineRefusal, LiveRecommender
from omakase_service.training.contracts import VersionCard
from omakase_service.training.selectors import versions
from omakase_service.training.shared_versions import fetch_version, versions_folder
from omakase_settings import settings

log = logging.getLogger("omakase.serving")


def first_whole(card: VersionCard, cards: Mapping[str, ItemCard]) -> tuple[LiveRecommender, str]:
    """The version itself, else the newest older one that can be opened; and what is damaged.

    Raises:
        EngineRefusal: none can be opened, or it is not on this machine and cannot be fetched;
            what is wrong with the version itself.
    """
    try:
        fetch_version(name=card.name)
    except EngineRefusal as error:  # what answers goes on, and the next look tries again
        raise EngineRefusal(f"version {card.name} cannot be fetched: {error}") from error
    try:
        live = open_version(versions_folder(), card.name, model_order(card), cards)
    except EngineRefusal as error:
        wrong = f"version {card.name} is damaged: {error}"
        log.error("%s; looking for an older one", wrong)
        for older in versions():
            if older.name == card.name or older.created > card.created or older.withheld:
                continue
            with suppress(EngineRefusal):
                folder = fetch_version(name=older.name)
                live = open_version(folder, older.name, model_order(older), cards)
                return live, f"{wrong}; version {older.name} answers"
        raise EngineRefusal(f"{wrong}; no older one can be opened: train again") from error
    if damage := damage_of(live):
        log.error("%s", damage)
    return live, damage


def damage_of(live: LiveRecommender) -> str:
    """What is damaged of a version that answers, for people."""
    if not live.damage:
        return ""
    return f"version {live.name} is damaged: {'; '.join(dict.fromkeys(live.damage.values()))}"


def model_order(card: VersionCard) -> list[str]:
    """Its models: the best one, then those that tell people apart, by what they were judged by."""
    measure = str(card.table.get("measure", ""))

    def place(name: str) -> tuple[bool, float]:
        return name in EVERYBODYS, -card.models[name].get(measure, 0.0)

    return [card.best, *sorted(card.models, key=place)]


def open_version(
    folder: Path, name: str, ranked: Sequence[str], cards: Mapping[str, ItemCard] | None
) -> LiveRecommender:
    serving = settings().serving
    return LiveRecommender.load(
        folder,
        name,
        ranked,
        cards,
        exploration=serving.exploration,
        draws=serving.exploration_draws,
    )
