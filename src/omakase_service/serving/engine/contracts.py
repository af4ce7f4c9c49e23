"""What is asked of a version and what it answers, in the service's words and in the engine's."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from omakase.event_history import Seen
from omakase.pipeline.rules import RulesConfig
from omakase.rules.columns import AttributeType, Schema
from omakase.types import DAY_SECONDS, Context, Queries, Stances
from omakase_service.catalog.contracts import NO_PREFERENCES, Preferences
from omakase_service.serving.contracts import ItemReason, Path, RequestContext, ScoreMeaning
from omakase_settings import Placement

NOWHERE = Placement()
AUTO = "auto"
"""The strategy that chooses among the others by what is known of the person."""

TEXT, TEXTS = AttributeType.TEXT, AttributeType.TEXTS
USER_SCHEMA: Schema = {
    **dict.fromkeys(("age_range", "gender", "location", "tier"), TEXT),
    **dict.fromkeys(("shopping_frequency", "favourite_time"), TEXT),
    **dict.fromkeys(("categories", "brands"), TEXTS),
}
ATTRIBUTE_TYPES = {
    float: AttributeType.NUMBER,
    bool: AttributeType.FLAG,
    str: AttributeType.TEXT,
    list: AttributeType.TEXTS,
}
MOMENT_SCHEMA: Schema = dict.fromkeys(("time_segment", "mode", "diet"), TEXT)
"""What rules may ask of a request beside what the engine knows of every one."""


@dataclass(frozen=True, slots=True)
class EngineRequest:
    """All that bears on one list.

    Attributes:
        n: length of the list.
        model: that answers, or nothing where a strategy or the placement's own pipeline does.
        strategy: its name, or `auto`.
        path: by which the default answers, which then goes before both; see `Path`.
        place: name of the placement.
        placement: what holds there.
        history: (item id, signed weight, Unix seconds), oldest first; what models look at.
        stances: of each event of the history what it says of its item; none: the signs.
        seen: the same, further back; kept out by the policy of what answers.
        refused: items that must not come back, whatever the policy.
        include: where given, no other items pass.
        filter: a rule; nothing lets all items pass.
        diversity: 0..1.
    """

    n: int
    model: str = ""
    strategy: str = ""
    path: Path | Literal[""] = ""
    place: str = ""
    placement: Placement = NOWHERE
    user_id: str = ""
    history: Sequence[Seen] = ()
    stances: Stances | Sequence[int] = ()
    seen: Sequence[Seen] = ()
    refused: Collection[str] = ()
    exclude: Sequence[str] = ()
    now: int = 0
    context: RequestContext = field(default_factory=RequestContext)
    wishes: Preferences = NO_PREFERENCES
    include: Sequence[str] | None = None
    filter: str = ""
    diversity: float = 0.0

    @property
    def kept_out(self) -> Collection[str]:
        """Items of `seen` that must not come again, where they are hidden at all."""
        return kept_out(self.seen, self.refused, self.placement, self.now)

    @property
    def is_ruled(self) -> bool:
        """Whether the place, the request or the person says which items pass."""
        placed = self.placement is not NOWHERE
        return placed or bool(self.filter) or self.include is not None or self.wishes.has_limits

    @property
    def algorithm(self) -> str:
        """What answers, in a word."""
        return self.strategy or self.model or self.path or self.place

    @property
    def engine_context(self) -> Context:
        """Where and how it is asked, as the engine reads it."""
        context = self.context
        return Context(
            device=context.device,
            page=context.page,
            latitude=context.latitude,
            longitude=context.longitude,
            budget=context.budget,
            attributes=_moment(context),
            user=self.wishes.facts,
        )


@dataclass(frozen=True, slots=True)
class EngineList:
    """A list as the models made it.

    Attributes:
        items: (item id, score 0..1), best first.
        whys: one an item, where they were asked for.
        probabilities: one an item, where something was drawn.
        queries: what was asked, as the models saw it; none where they were not asked.
    """

    items: tuple[tuple[str, float], ...]
    whys: tuple[ItemReason, ...]
    meaning: ScoreMeaning
    probabilities: tuple[float, ...] = ()
    queries: Queries | None = field(default=None, compare=False, repr=False)


def rules_of(placement: Placement, user_schema: Schema) -> RulesConfig:
    """What a placement says of items, as the engine reads it."""
    return RulesConfig(
        filters=placement.filters,
        boosts=placement.boosts,
        include=placement.include,
        exclude=placement.exclude,
        pins=dict(placement.pins),
        user=dict(user_schema),
        context=dict(MOMENT_SCHEMA),
    )


def _moment(context: RequestContext) -> dict[str, Any]:
    """What rules may ask of the request beside the fields of the engine's `Context`."""
    moment = {"time_segment": context.time_segment, "mode": context.mode, "diet": context.diet}
    facts = {**context.attributes, **{name: word or None for name, word in moment.items()}}
    clock = {"hour": context.hour, "weekday": context.weekday}
    return facts | {name: float(at) for name, at in clock.items() if at is not None}


def kept_out(
    seen: Sequence[Seen], refused: Collection[str], placement: Placement, now: int
) -> Collection[str]:
    """Items that a person has had and that a place does not show again yet.

    Args:
        seen: (item id, signed weight, Unix seconds).
        refused: items that never come again.
        now: Unix seconds.
    """
    if placement.seen_days is None:
        return [item_id for item_id, _, _ in seen]
    since = now - placement.seen_days * DAY_SECONDS
    return {*(item_id for item_id, _, time in seen if time >= since), *refused}
