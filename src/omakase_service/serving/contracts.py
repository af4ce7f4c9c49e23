"""What serving is asked and what it answers. No Django."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from operator import attrgetter
from typing import Any, Literal, TypeAlias, TypeVar

import orjson

from omakase_service.catalog.contracts import NO_PREFERENCES, ItemCard, Preferences
from omakase_service.events.contracts import HistoryEvent
from omakase_service.online_store.contracts import PastColumns, past_columns, session_key, user_key
from omakase_service.recommendation_log.contracts import LoggedAnswer

T = TypeVar("T")
Mode: TypeAlias = Literal["", "exploration", "precision"]
Language: TypeAlias = Literal["en", "ko"]
ScoreMeaning: TypeAlias = Literal["chance", "relative"]
"""Of a score, 0..1. chance: how often an item with this score was among the next events of people
with some history, when the models were judged on events they had not seen; relative: its place
between the best (1) and the last (0) of the person's candidates."""

Path: TypeAlias = Literal["stranger", "profile", "session", "few", "known"]
"""Whom the default answers. stranger: nothing is known; profile: they have said what they like and
done nothing yet; session: too few events of somebody without an id for the models to answer alone
(the version has learnt how many that takes, else five); few: the same of a user; known: all
others."""

Notice: TypeAlias = Literal[
    "", "unknown", "recommendations_off", "degraded", "diet_unmet", "filtered", "exhausted"
]
"""What is to be said of a list. unknown, recommendations_off: it is the same for everybody, as
nothing is known of the person, or they asked for it; degraded: something that it is made of is
away or damaged; diet_unmet: no item caters for the diet; of an empty list, filtered: no item meets
the filter, the place or the person's limits; exhausted: they have had all that could be shown."""

SEGMENTS = ((5, "night"), (12, "morning"), (18, "afternoon"), (22, "evening"), (24, "night"))
"""Hours before which each part of the day ends."""


@dataclass(frozen=True, slots=True)
class RequestContext:
    """Where and how somebody asks. Everything is optional.

    Attributes:
        device, page, channel: free words ("mobile", "home", "web").
        hour: 0..23 where the person is.
        weekday: 0 (Monday)..6 there.
        diet: a tag of items that cater for it ("vegan").
        latitude, longitude: degrees.
        budget: in the catalog's currency.
        mode: more that is new, or more that is certain.
        attributes: whatever else the owner's rules look at.
    """

    device: str = ""
    page: str = ""
    channel: str = ""
    hour: int | None = None
    weekday: int | None = None
    diet: str = ""
    latitude: float | None = None
    longitude: float | None = None
    budget: float | None = None
    mode: Mode = ""
    attributes: Mapping[str, str | float | bool] = field(default_factory=dict)

    @property
    def time_segment(self) -> str:
        """The part of the day in a word; nothing where the hour is unknown."""
        hour = self.hour
        return "" if hour is None else next(word for end, word in SEGMENTS if hour < end)


@dataclass(frozen=True)
class ListRequest:
    """What somebody asks for. Name a user, a session or a history; else everybody's list comes.

    Attributes:
        history: item ids, oldest first; counts instead of what is stored.
        n: length of the list; 0: the setting's.
        offset: places at the beginning that are left out.
        depth: computed so far at least, so that lists of several lengths begin alike; 0: as shown.
        model: its name in the live version; by itself the best one.
        strategy: how the models are put together, instead of one of them.
        placement: where the list is shown; what was saved for that name holds there.
        exclude: items that must not come back.
        include: where given, no other items come; ids that the version has not are left out.
        filter: a rule that every item must pass.
        diversity: 0 by score alone … 1 as varied as can be; none: what the person wishes.
        explain: say why each item is there.
        refresh: do not answer from the cache.
        language: of the reasons.
        paged: hold a longer list, so that `cursor` gives its next part.
        cursor: of the next part of a list that was held; all else is as it was asked then.
    """

    user_id: str | None = None
    session_id: str | None = None
    history: Sequence[str] | None = None
    n: int = 0
    offset: int = 0
    depth: int = 0
    model: str | None = None
    strategy: str | None = None
    placement: str = ""
    context: RequestContext = RequestContext()
    exclude: Sequence[str] = ()
    include: Sequence[str] | None = None
    filter: str = ""
    diversity: float | None = None
    explain: bool = False
    refresh: bool = False
    language: Language = "en"
    paged: bool = False
    cursor: str = ""

    @cached_property
    def canonical_bytes(self) -> bytes:
        """All that is asked for, but which places of the list, and whether computed anew."""
        return orjson.dumps(ESSENTIALS(self))

    @cached_property
    def context_values(self) -> Mapping[str, Any]:
        """What was told of where and how; an hour, a weekday or a place of 0 was told, too."""
        named = ((field.name, getattr(self.context, field.name)) for field in fields(self.context))
        return {name: told for name, told in named if told not in NOTHING_TOLD}

    @property
    def who(self) -> str:
        """Whose past counts, as the shelf calls them; nothing where nobody is named."""
        if self.user_id is not None:
            return user_key(self.user_id)
        return session_key(self.session_id) if self.session_id is not None else ""


NOTHING_TOLD: tuple[object, ...] = ("", None, {})
"""What a field of a context holds of which nothing was said."""

PRESENTATION = ("n", "offset", "depth", "refresh")
"""Of a question, what makes no other list of it."""

ESSENTIALS = attrgetter(*(f.name for f in fields(ListRequest) if f.name not in PRESENTATION))
"""All else, in order."""


class LazyEvents(Sequence[HistoryEvent]):
    """Events as the shelf holds them, read when they are looked at, which a hit never does."""

    def __init__(self, written: bytes) -> None:
        self._written = written

    @cached_property
    def columns(self) -> PastColumns:
        """The same by columns, which are had for less than events."""
        return past_columns(self._written)

    def __len__(self) -> int:
        return len(self.columns.ids)

    def __iter__(self) -> Iterator[HistoryEvent]:
        return map(HistoryEvent._make, self.columns.rows())

    def __getitem__(self, place: Any) -> Any:
        return list(self)[place]


@dataclass(frozen=True, slots=True)
class UserState:
    """What is known of who asks.

    Attributes:
        past: events, oldest first.
        revision: changes with every change of the person; 0: answers must not be kept.
        generation: changes when every kept answer is to be forgotten.
        deletions: changes with every deletion of an item.
        erased: Unix seconds of when somebody of this id was forgotten; 0: never.
    """

    past: Sequence[HistoryEvent] = ()
    wishes: Preferences = NO_PREFERENCES
    revision: int = 0
    generation: int = 0
    deletions: int = 0
    erased: int = 0


@dataclass(frozen=True, slots=True)
class CitedEvidence:
    """An item of the person's past on which a place rests; share of all that speaks for it."""

    item_id: str
    title: str
    share: float


@dataclass(frozen=True, slots=True)
class ItemReason:
    """Why an item is in a list.

    Attributes:
        text: for people, in the language asked for.
        primary: history, taste, profile (what they said they like), near, diet, budget or open
            (popular, and it fits the request), new, list (the same for everybody) or fill (the
            list was short).
        confidence: 0..1: what the cited items hold of all that speaks for and against.
        algorithms: which parts proposed it, and the place from 1 that each gave it.
    """

    text: str
    primary: str
    confidence: float
    because: tuple[CitedEvidence, ...] = ()
    algorithms: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class TraceStage:
    """What came out of one stage of a request.

    Attributes:
        name: source …, merge, ranker …, gate, answer.
        count: items.
        milliseconds: that it took.
        first: the best of them, (item id, score).
        place, score: of the item that was asked about; None where the stage has it not.
    """

    name: str
    count: int
    milliseconds: float
    first: tuple[tuple[str, float], ...]
    place: int | None = None
    score: float | None = None


@dataclass(frozen=True, slots=True)
class RequestTrace:
    """One request from end to end, computed anew and not logged.

    Attributes:
        algorithm, version: that answered.
        events: of the person, that were gone by.
        stages: in order; the last is the answer.
        items, whys: the answer, (item id, score), and why each item is there.
        shown: whether the item that was asked about is in the answer; None where none was.
        lost_at, reason: the stage that it did not survive and a stable word why; "" if shown.
        told: what became of it, for people; "" where none was asked about.
    """

    algorithm: str
    version: str
    events: int
    stages: tuple[TraceStage, ...]
    items: tuple[tuple[str, float], ...]
    whys: tuple[ItemReason, ...]
    shown: bool | None
    lost_at: str
    reason: str
    told: str


@dataclass(frozen=True)
class RankedList:
    """A list as the models made it, before it is dressed with cards.

    Attributes:
        items: (item id, score 0..1), best first.
        again: what the person has had may be in it.
        path: by which the default answered; nothing where something else was asked for.
        probabilities: with which each item was put at its place; nothing where none was drawn.
    """

    items: tuple[tuple[str, float], ...]
    whys: tuple[ItemReason, ...]
    algorithm: str
    notice: Notice
    events: int
    again: bool = False
    meaning: ScoreMeaning = "relative"
    path: Path | Literal[""] = ""
    probabilities: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class ResultItem:
    """One place of a list.

    Attributes:
        score: 0..1; what it means is the answer's to say.
        rank: from 1, over all parts of a list.
        why: where reasons were asked for.
        probability: with which it was put at this place; 1 where nothing was left to chance.
    """

    card: ItemCard
    score: float
    rank: int
    why: ItemReason | None = None
    probability: float = 1.0


@dataclass(frozen=True)
class ResultPage:
    """Places of a list with their cards: the same to everybody who gets them.

    Attributes:
        end: the place of the list where what follows begins.
    """

    items: tuple[ResultItem, ...]
    end: int
    _made: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def once(self, make: Callable[["ResultPage"], T]) -> T:
        """What a function makes of it; made once, and kept as long as these places are."""
        if make not in self._made:
            self._made[make] = make(self)
        return self._made[make]


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A list, and how it came about.

    Attributes:
        part: what of the list is shown.
        algorithm: the model or strategy that answered; popularity where there was nothing to go by.
        version: of the models.
        events: how many of the person's events it rests on.
        notice: why it is everybody's list, where it is.
        cache_hit: it was computed for an earlier question.
        time_segment: part of the day, where the hour was told.
        next: the cursor of the next part; nothing where the list is over or was not held.
        meaning: of the scores.
        path: by which the default answered; nothing where something else was asked for.
    """

    part: ResultPage
    algorithm: str
    version: str
    events: int
    notice: Notice = ""
    request_id: str = ""
    cache_hit: bool = False
    time_segment: str = ""
    next: str = ""
    meaning: ScoreMeaning = "relative"
    path: Path | Literal[""] = ""

    @property
    def items(self) -> tuple[ResultItem, ...]:
        """What is shown, best first."""
        return self.part.items

    @property
    def activity(self) -> str:
        """How much is known of the person, in a word."""
        if self.events == 0:
            return "new"
        return "few" if self.events < 5 else "some" if self.events < 20 else "active"


@dataclass(frozen=True, slots=True)
class Explanations:
    """Why items of a past answer were there.

    Attributes:
        recomputed: no reasons were given then; these are made now.
    """

    answer: LoggedAnswer
    items: Sequence[ResultItem]
    recomputed: bool


@dataclass(frozen=True, slots=True)
class Onboarding:
    """What to ask somebody about, the most telling first.

    Attributes:
        items: with the bits that an answer is expected to tell.
        categories: likewise; a path of the tree, or the name of one category in it.
    """

    items: tuple[tuple[ItemCard, float], ...]
    categories: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class NeighborUser:
    """A user who likes the same things; 1 is the same taste."""

    user_id: str
    score: float
