"""What a conversation has asked for so far: constraints that refine, replace and can be "
"taken away."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Literal

from omakase.dialog.concepts import concepts
from omakase.dialog.distances import NEAR_KM
from omakase.dialog.understanding import Understanding

ConstraintKind = Literal[
    "diet", "avoid", "budget", "category", "brand", "tag", "district", "radius", "moment",
    "company", "quality", "years", "words",
]  # fmt: skip

HARD: Final = ("diet", "avoid")
"""Never dropped to fill a list."""

ASIDES: Final = ("chitchat", "out_of_scope", "stop", "compare", "detail")
"""Intents that ask for no list."""

MOST_WORDS: Final = 6
"""Words that a conversation searches for together; the oldest go first."""

SINGLE: Final = ("budget", "category", "district", "radius", "moment", "years", "words")
"""A new one takes the place of the one before."""


@dataclass(frozen=True, slots=True)
class Constraint:
    """One thing that is asked for.

    Attributes:
        names: words of the catalog, or of nobody; of a moment its day.
        concept: what is meant, where the word is none of the catalog's.
        low, high: of a budget, kilometres of a radius (high), the hour of a moment (low,
            with its minutes as a fraction), the first and the last of some years.
    """

    kind: ConstraintKind
    names: tuple[str, ...] = ()
    concept: str = ""
    low: float | None = None
    high: float | None = None

    @property
    def key(self) -> str:
        """By which a person takes it away; the same as long as it asks for the same kind."""
        if self.kind in SINGLE:
            return self.kind
        return f"{self.kind}:{self.concept or '|'.join(self.names)}"


@dataclass(frozen=True, slots=True)
class ListedItem:
    """An item of the list that somebody looks at.

    Attributes:
        distance: kilometres from the person; None where either place is unknown.
    """

    item_id: str
    title: str
    price: float | None = None
    distance: float | None = None


@dataclass(frozen=True, slots=True)
class DialogState:
    """Where a conversation stands.

    Attributes:
        similar_to: item id whose likes are asked for; "" where none is.
        excluded: items that must not come again.
    """

    constraints: tuple[Constraint, ...] = ()
    similar_to: str = ""
    excluded: tuple[str, ...] = ()

    def without(self, keys: Collection[str]) -> "DialogState":
        """The state when some constraints are taken away by their keys."""
        remaining = tuple(
            constraint for constraint in self.constraints if constraint.key not in keys
        )
        similar = "" if "similar" in keys else self.similar_to
        return replace(self, constraints=remaining, similar_to=similar)

    def having(self, constraint: Constraint) -> "DialogState":
        """The state with one more; of its key there is only one."""
        remaining = tuple(each for each in self.constraints if each.key != constraint.key)
        return replace(self, constraints=(*remaining, constraint))


def never(state: DialogState) -> bool:
    """What is known to be met of a catalog that nobody has looked at."""
    return False


def refining(state: DialogState, heard: Understanding) -> Understanding:
    """The message as one of its conversation: what names something of the catalog refines it.

    By itself "with lemongrass" is as likely small talk; after a list of restaurants it is not.
    """
    about = bool(heard.mentions or heard.words or heard.entities)
    unsure = heard.intent in (*ASIDES, "why") and heard.confidence < 1
    return replace(heard, intent="critique") if state.constraints and about and unsure else heard


def update_state(
    state: DialogState,
    heard: Understanding,
    shown: Sequence[ListedItem],
    meets: Callable[[DialogState], bool] = never,
) -> DialogState:
    """The state after a message.

    A message that names a new category begins a new wish: what was avoided, diets and the budget
    stay, the rest goes. A brand or words do so where nothing meets them beside what was asked for
    before. A critique refines what there is.

    Args:
        meets: whether some item of the catalog meets all of a state.
    """
    if "restart" in heard.reading.critiques:
        return DialogState()
    if heard.intent in ASIDES or heard.intent == "why":
        return state
    constraints = constraints_of(heard)
    state = _with_all(state, constraints, is_new=_is_new_wish(heard, constraints), meets=meets)
    state = _point_to(state, heard, shown)
    return _apply_critique(state, heard, shown)


def constraints_of(heard: Understanding) -> list[Constraint]:
    """What one message asks for."""
    reading = heard.reading
    constraints: list[Constraint] = []
    for kind in ("category", "brand", "tag", "district"):
        names = [name for e in heard.entities if e.kind == kind for name in e.names]
        if names and not (kind == "tag" and _is_concept(heard)):
            constraints.append(Constraint(kind, tuple(dict.fromkeys(names))))
    constraints += [_constraint(name) for name in reading.wanted]
    constraints += [
        Constraint("avoid", (avoidance.word,), avoidance.concept) for avoidance in reading.avoided
    ]
    if reading.budget is not None:
        constraints.append(Constraint("budget", low=reading.budget.low, high=reading.budget.high))
    if reading.radius is not None and not any(
        constraint.kind == "district" for constraint in constraints
    ):
        constraints.append(Constraint("radius", high=reading.radius))
    if reading.moment:
        day = (reading.moment.day,) if reading.moment.day else ()
        constraints.append(Constraint("moment", day, low=reading.moment.hours))
    if reading.years is not None:
        constraints.append(Constraint("years", low=reading.years.low, high=reading.years.high))
    words = heard.words or heard.mentions
    if words and heard.intent != "similar":
        constraints.append(Constraint("words", words))
    return constraints


def _with_all(
    state: DialogState,
    found: Sequence[Constraint],
    *,
    is_new: bool,
    meets: Callable[[DialogState], bool],
) -> DialogState:
    """The state with what a message asks for: beside what there is, or as a wish of its own."""
    beside = state
    for constraint in found:
        beside = beside.having(_join_words(beside, constraint))
    names_category = any(constraint.kind == "category" for constraint in found)
    joins_words = any(constraint.kind == "words" for constraint in found)
    if not names_category and (is_new or joins_words) and state.constraints and meets(beside):
        return beside
    state = _standing(state) if is_new else state
    for constraint in found:
        state = state.having(constraint)
    return state


def _join_words(state: DialogState, constraint: Constraint) -> Constraint:
    """Words beside those of before; of anything else only the new one."""
    if constraint.kind != "words":
        return constraint
    words = next(
        (constraint.names for constraint in state.constraints if constraint.kind == "words"), ()
    )
    return replace(
        constraint, names=tuple(dict.fromkeys((*words, *constraint.names)))[-MOST_WORDS:]
    )


def _constraint(name: str) -> Constraint:
    concept = concepts()[name]
    kind: ConstraintKind = "diet" if concept.kind == "diet" else "quality"
    return Constraint("company" if concept.kind == "company" else kind, (), name)


def _is_concept(heard: Understanding) -> bool:
    """Whether the tag that is named is a concept that the grammar read already."""
    tags = [entity for entity in heard.entities if entity.kind == "tag"]
    words = {word for name in heard.reading.wanted for word in concepts()[name].words}
    return all(any(word in tag.surface.lower() for word in words) for tag in tags)


def _is_new_wish(heard: Understanding, found: Sequence[Constraint]) -> bool:
    subject = any(constraint.kind in ("category", "words", "brand") for constraint in found)
    return subject and heard.intent in ("recommend", "budget", "place")


def _standing(state: DialogState) -> DialogState:
    """What stays when something else is wished for."""
    lasting = tuple(
        constraint
        for constraint in state.constraints
        if constraint.kind in (*HARD, "budget", "district", "radius", "moment", "company")
    )
    return DialogState(lasting)


def _point_to(state: DialogState, heard: Understanding, shown: Sequence[ListedItem]) -> DialogState:
    if heard.intent != "similar":
        return state
    item_id = pointed_item(heard, shown)
    if not item_id:
        return state
    remaining = tuple(
        constraint
        for constraint in state.constraints
        if constraint.kind not in ("words", "category")
    )
    return replace(state, similar_to=item_id, constraints=remaining)


def pointed_item(heard: Understanding, shown: Sequence[ListedItem]) -> str:
    """The id of the item that a message points at, by its rank or its title; "" for none."""
    items = pointed_items(heard, shown)
    return items[0] if items else ""


def pointed_items(heard: Understanding, shown: Sequence[ListedItem]) -> tuple[str, ...]:
    """All items that a message points at, by ranks of the last list and by titles."""
    item_ids = []
    for rank in heard.reading.references:
        at = rank - 1 if rank > 0 else rank
        if -len(shown) <= at < len(shown):
            item_ids.append(shown[at].item_id)
    seen = {item.item_id for item in shown}
    for entity in heard.entities:
        if entity.kind == "title":
            item_ids += sorted(entity.names, key=lambda name: name not in seen)[:1]
    return tuple(dict.fromkeys(item_ids))


def _apply_critique(
    state: DialogState, heard: Understanding, shown: Sequence[ListedItem]
) -> DialogState:
    base = [item for item in shown if item.item_id in pointed_items(heard, shown)] or list(shown)
    for critique in heard.reading.critiques:
        if critique in ("cheaper", "pricier"):
            state = _lower_price(state, base, cheaper=critique == "cheaper")
        elif critique == "closer":
            state = _nearer(state, base)
        elif critique == "different":
            ids = (*state.excluded, *(item.item_id for item in shown))
            state = replace(state, excluded=tuple(dict.fromkeys(ids))[-200:])
    return state


def _lower_price(state: DialogState, base: Sequence[ListedItem], *, cheaper: bool) -> DialogState:
    """Below the middle price of what was shown (of an even number the upper one), or above it."""
    prices = sorted(item.price for item in base if item.price is not None)
    if not prices:
        return state
    middle = prices[len(prices) // 2]
    budgets = (constraint for constraint in state.constraints if constraint.kind == "budget")
    budget = next(budgets, Constraint("budget"))
    if cheaper:
        high = middle - _smallest(middle)
        high = high if budget.high is None else min(budget.high, high)
        low = budget.low if budget.low is not None and budget.low <= high else None
        return state.having(replace(budget, low=low, high=high))
    low = middle + _smallest(middle)
    high_kept = budget.high if budget.high is not None and budget.high >= low else None
    return state.having(replace(budget, low=low, high=high_kept))


def _smallest(price: float) -> float:
    """The smallest step between prices of this size."""
    return 1.0 if price >= 1000 else 0.01


def _nearer(state: DialogState, base: Sequence[ListedItem]) -> DialogState:
    distances = sorted(item.distance for item in base if item.distance is not None)
    radius = next(
        (constraint.high for constraint in state.constraints if constraint.kind == "radius"), None
    )
    reach = distances[(len(distances) - 1) // 2] * 0.9 if distances else (radius or 2 * NEAR_KM) / 2
    reach = reach if radius is None else min(reach, radius)
    return state.having(Constraint("radius", high=round(reach, 3)))


def state_values(state: DialogState) -> dict[str, Any]:
    """The state as plain values for JSON."""
    return asdict(state)


def read_state(stored: Mapping[str, Any]) -> DialogState:
    """The state that was written; an empty mapping is the beginning."""
    constraints = [
        Constraint(**{**fields, "names": tuple(fields.get("names", ()))})
        for fields in stored.get("constraints", ())
    ]
    excluded = tuple(stored.get("excluded", ()))
    return DialogState(tuple(constraints), stored.get("similar_to", ""), excluded)
