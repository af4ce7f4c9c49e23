"""Which model answers, how it was chosen, and what two of them say to one person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from omakase_service.platform.contracts import Person
from omakase_service.realtime import services as realtime
from omakase_service.serving import live_version
from omakase_service.serving.contracts import Language, ListRequest
from omakase_service.serving.previews import preview_list
from omakase_service.storefront.cards import FIELDS, to_cards
from omakase_service.training.selectors import live_card

BASELINE = "popular"
SIDE = 10
"""Items of each of two lists."""


@dataclass(frozen=True)
class Contender:
    """A model in the comparison by which the live one was chosen.

    Attributes:
        figure: of what it was chosen by, in percent.
        low, high: of the 95 % interval, in percent.
        hits: share of what people did next that its list held, in percent.
        coverage: share of the catalog that its lists showed, in percent.
        width: of its bar, in percent of the best.
    """

    model: str
    is_live: bool
    figure: float
    low: float | None
    high: float | None
    hits: float
    coverage: float
    milliseconds: float
    width: float


@dataclass(frozen=True)
class ListChoice:
    """How the model that answers was chosen.

    Attributes:
        contenders: the best first; empty where nothing was compared.
        people: whose next events were to be guessed.
        times: as often right as popularity, by the figure it was chosen by; none where popularity
            was not compared or never right.
    """

    model: str
    contenders: Sequence[Contender] = ()
    people: int = 0
    k: int = 0
    measure: str = ""
    times: float | None = None


@dataclass(frozen=True)
class Side:
    """What one model says to a person.

    Attributes:
        shared: how many of its items the other list holds, too.
    """

    model: str
    items: Sequence[Mapping[str, Any]]
    shared: int


def choice_of_live() -> ListChoice:
    """Of the live version, by the comparison that it keeps. One query.

    Raises:
        NotReady: no version is live.
    """
    best = live_version.now().live.best
    version = live_card()
    table = version.table if version else {}
    if not table.get("models"):
        return ListChoice(best)
    contenders = _contenders(table, best)
    figures = {contender.model: contender.figure for contender in contenders}
    baseline, best_figure = figures.get(BASELINE), figures.get(best)
    return ListChoice(
        model=best,
        contenders=contenders,
        people=table["counts"]["queries"],
        k=table["k"],
        measure=table["measure"],
        times=round(best_figure / baseline, 1)
        if best_figure and baseline and best != BASELINE
        else None,
    )


def said_shortly(found: ListChoice, text: Mapping[str, str]) -> str:
    """Why this model, in half a sentence; nothing where nothing was compared."""
    if not found.contenders:
        return ""
    short = text["chosen_short"].format(count=len(found.contenders), people=f"{found.people:,}")
    times = text["chosen_times"].format(times=found.times) if found.times else ""
    return f"{found.model}: {', '.join(filter(None, (short, times)))}."


def models() -> list[str]:
    """Names of the models that may answer, the one that does first.

    Raises:
        NotReady: no version is live.
    """
    live = live_version.now().live
    return [live.best, *sorted(name for name in live.pipelines if name != live.best)]


def side_by_side(person: Person, left: str, right: str, language: Language) -> tuple[Side, Side]:
    """What two models say to a person now; shown as a preview, so nothing is logged of it.

    Raises:
        NotReady: no version is live.
        UnknownName: the live version has no such model.
    """
    lists = [_said_by(name, person, language) for name in (left, right)]
    ids = [{item["item_id"] for item in items} for items in lists]
    both = ids[0] & ids[1]
    marked = [[{**item, "in_both": item["item_id"] in both} for item in items] for items in lists]
    return Side(left, marked[0], len(both)), Side(right, marked[1], len(both))


def _said_by(model: str, person: Person, language: Language) -> list[dict[str, Any]]:
    question = ListRequest(
        user_id=person.user_id,
        session_id=person.session_id,
        model=model,
        n=SIDE,
        language=language,
    )
    items = [realtime.shown_item(item) for item in preview_list(question).items]
    return to_cards(realtime.with_facts(items, FIELDS))


def _contenders(table: Mapping[str, Any], best: str) -> list[Contender]:
    k, measure = table["k"], table["measure"]
    most = max(line["figures"][measure] or 0.0 for line in table["models"]) or 1.0
    return [_contender(line, k, measure, best, most) for line in table["models"]]


def _contender(line: Mapping[str, Any], k: int, measure: str, best: str, most: float) -> Contender:
    figures = line["figures"]
    figure = figures[measure] or 0.0
    low, high = line["intervals"].get(measure) or (None, None)
    return Contender(
        model=line["model"],
        is_live=line["model"] == best,
        figure=_percent(figure),
        low=None if low is None else _percent(low),
        high=None if high is None else _percent(high),
        hits=_percent(figures.get(f"recall@{k}") or 0.0),
        coverage=_percent(figures.get(f"coverage@{k}") or 0.0),
        milliseconds=line["cost"]["answer ms"],
        width=round(100 * figure / most, 1),
    )


def _percent(share: float) -> float:
    return round(100 * share, 1)
