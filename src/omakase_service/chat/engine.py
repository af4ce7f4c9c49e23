"""The only door of this app to the engine."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from omakase.dialog.answer import (
    AnswerItem,
    answer_comparison,
    answer_detail,
    answer_list,
    answer_why,
    chip_label,
    said,
)
from omakase.dialog.compiling import Plan
from omakase.dialog.grounding import ungrounded
from omakase.dialog.guide import Guide as Guide  # which the services hand about
from omakase.dialog.state import (
    Constraint,
    DialogState,
    pointed_items,
    read_state,
    refining,
    updated,
    written,
)
from omakase.dialog.training import load_dialog, own_model
from omakase.dialog.understanding import Understanding
from omakase_service.chat.contracts import Chip, HeardMessage
from omakase_service.serving.contracts import Language

LISTS = ("recommend", "budget", "place", "similar", "critique")
"""Intents that are answered with a list."""


def guide_of(
    rows: Sequence[Mapping[str, Any]],
    model: Path,
    earlier: Guide | None = None,
    *,
    same_model: bool = False,
) -> Guide:
    """A guide to the catalog, by the trained model where there is one.

    Args:
        earlier: the guide to the catalog as it was; what has not changed is taken from it.
        same_model: its model of messages, too.
    """
    if earlier is not None and same_model:
        learnt = earlier.model
    else:
        learnt = load_dialog(model) if model.exists() else own_model()
    return Guide.of_rows(rows, learnt, earlier=earlier)


@dataclass(frozen=True)
class HeardTurn:
    """A message, the state after it, and what of that can be met.

    Attributes:
        pointed: item ids that the message points at, first the one that is meant.
    """

    heard: Understanding
    state: DialogState
    plan: Plan
    pointed: tuple[str, ...]
    language: Language

    @property
    def intent(self) -> str:
        """What the message is for; "restart" where everything begins anew."""
        return "restart" if "restart" in self.heard.reading.critiques else self.heard.intent

    @property
    def lists(self) -> bool:
        """Whether a list is to be shown."""
        return self.intent in LISTS and not self.plan.impossible

    @property
    def hour(self) -> int | None:
        """The hour that is asked for."""
        hours = (each.low for each in self.plan.applied if each.kind == "moment")
        found = next(hours, None)
        return None if found is None else int(found)

    def understanding(self) -> HeardMessage:
        """The same as the service tells it."""
        heard = self.heard
        return HeardMessage(
            intent=heard.intent,
            confidence=heard.confidence,
            language=heard.reading.language,
            alternatives=heard.alternatives,
            entities=tuple(asdict(each) for each in heard.entities),
            filter=self.plan.filter,
            query=" ".join(
                word for each in self.plan.applied if each.kind == "words" for word in each.names
            ),
            slots=heard.slots,
        )

    def chips(self, constraints: Sequence[Constraint]) -> tuple[Chip, ...]:
        """Constraints as people read them."""
        return tuple(Chip(c.key, c.kind, chip_label(c, self.language)) for c in constraints)

    def stored_state(self) -> dict[str, Any]:
        """The state as plain values; what was given up, and said to be, is not asked for again."""
        return written(self.state.without([each.key for each in self.plan.dropped]))


def hear(
    guide: Guide,
    message: str,
    *,
    state: Mapping[str, Any],
    shown: Sequence[Mapping[str, Any]],
    remove: Sequence[str] = (),
    location: tuple[float, float] | None = None,
    language: Language | None = None,
) -> HeardTurn:
    """A message in its conversation."""
    before = read_state(state).without(remove)
    heard = refining(before, guide.understand(message))
    seen = [guide.shown(each["item_id"], location) for each in shown]
    after = updated(before, heard, seen, partial(guide.meets, location=location))
    plan = guide.plan(after, location=location)
    return HeardTurn(
        heard, after, plan, pointed_items(heard, seen), language or heard.reading.language
    )


def spoken(
    guide: Guide,
    turn: HeardTurn,
    items: Sequence[tuple[str, str]],
    shown: Sequence[Mapping[str, Any]],
) -> tuple[str, list[str]]:
    """The answer by templates, and the titles that it names, in order.

    Args:
        items: (item id, reason) of the list.
        shown: of the list before, which the message may point at.
    """
    language = turn.language
    listed = [item for key, why in items if (item := guide.item(key, reason=why)) is not None]
    if turn.intent in LISTS:
        base = guide.item(turn.state.similar_to) if turn.intent == "similar" else None
        titles = [base.title] if base and listed and not turn.plan.impossible else []
        text = answer_list(
            turn.intent, turn.plan, listed, language, base=base.title if base else ""
        )
        return text, [*titles, *(item.title for item in listed)]
    reasons = {each["item_id"]: each.get("reason") or "" for each in shown}
    keys = turn.pointed or _meant(turn.intent, shown)
    named = [i for key in keys if (i := guide.item(key, reason=reasons.get(key, ""))) is not None]
    return _about(turn.intent, named, language)


def unfounded(guide: Guide, text: str, *, template: str, titles: Sequence[str]) -> str:
    """Why a rewriting may not be shown; "" where it may."""
    return ungrounded(text, template=template, titles=titles, catalog=guide.titles)


def _meant(intent: str, shown: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """What is meant where nothing is pointed at: the first of the list, or its first two."""
    return tuple(each["item_id"] for each in shown[: 2 if intent == "compare" else 1])


def _about(intent: str, named: Sequence[AnswerItem], language: Language) -> tuple[str, list[str]]:
    first = named[0] if named else None
    if intent == "compare":
        titles = [item.title for item in named] if len(named) > 1 else []
        return answer_comparison(named, language), titles
    if intent in ("detail", "why"):
        answer = answer_detail if intent == "detail" else answer_why
        return answer(first, language), [first.title] if first else []
    return said(
        intent if intent in ("restart", "chitchat", "stop") else "out_of_scope", language
    ), []
