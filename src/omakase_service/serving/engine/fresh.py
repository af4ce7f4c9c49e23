"""Items that the models have not learnt of: in everybody's lists, and where lists are short.

The models answer with the items of their version. What came into the catalog since is laid over
their lists until the next training: by its arrival among what is newest, by how many people chose
it among what is popular or trending, as the known items most like it in the lists of models, by
likeness where items like one are asked for, and behind what the models found where that is too
little.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from omakase.artifacts.version import Version
from omakase.data.ids import Vocabulary
from omakase.evaluate.compare import BASELINE as POPULAR
from omakase.explain.reasons import Reason
from omakase.features.likeness import ContentSpace
from omakase.pipeline.placed import PlacedItems, most_new
from omakase.pipeline.rulebook import RuleBook
from omakase.protocols import Model
from omakase.rules.columns import Columns
from omakase.rules.wishes import aligned, overlaid
from omakase.scoring import score_items
from omakase.types import Queries
from omakase_service.catalog.contracts import ItemCard
from omakase_service.serving.contracts import ItemReason, Language
from omakase_service.serving.engine.cards import NUMBERS_SHOWN, TEXTS_SHOWN, facts_of
from omakase_service.serving.engine.contracts import EngineList, EngineRequest
from omakase_service.serving.engine.recommender import LiveRecommender

HALF_LIFE_SECONDS = 7 * 86_400
"""After which a choice counts half in what is trending, as in the model's own default."""

LIKE_NEW = "content"
"""What answers where items like one are wanted that the models have not learnt of."""

Scored = tuple[str, float]
Measured = tuple[float, str]


@dataclass(frozen=True, slots=True)
class RecentChoices:
    """What people chose lately of items that the models have not learnt of.

    Attributes:
        people: item id to Unix seconds at which each person chose it first; one person counts once.
        newest: Unix seconds of the newest event that was looked at.
        faded: of all events that were looked at, what is left of them at `newest`.
    """

    people: Mapping[str, Sequence[int]] = field(default_factory=dict)
    newest: int = 0
    faded: float = 0.0

    def trend_of(self, item_id: str) -> float:
        """People who chose an item, each faded by how long ago that was."""
        times = self.people.get(item_id, ())
        return sum(2.0 ** ((time - self.newest) / HALF_LIFE_SECONDS) for time in times)


NOTHING_CHOSEN = RecentChoices()


@dataclass(frozen=True)
class FreshItems:
    """Items of the catalog that a version has not learnt of, and what is known of them.

    Attributes:
        opened: the version.
        cards: of those that are offered.
        rows: what rules may know of them beside their cards, by item id.
        chosen: lately.
        placed: those that are offered among the items of the version; none: not worked out yet.
        revision: of the catalog when they changed last.
        arrived: Unix seconds of when each was seen first.
    """

    opened: Version
    cards: Mapping[str, ItemCard] = field(default_factory=dict)
    rows: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    chosen: RecentChoices = NOTHING_CHOSEN
    placed: PlacedItems | None = None
    revision: int = 0
    arrived: Mapping[str, float] = field(default_factory=dict)

    def laid_over(
        self,
        live: LiveRecommender,
        ask: EngineRequest,
        made: EngineList,
        language: Language | None = None,
    ) -> EngineList:
        """The list with the items that belong into it, at most as long as was asked for.

        Args:
            language: of the reasons; none: there are none.
        """
        queries = made.queries or live.queries_of(ask)
        fitting = self._fitting(live, ask, queries)
        if not fitting:
            return made
        if ask.model in MEASURES and not ask.path:
            measure = MEASURES[ask.model]
            measures = [measure(self, live, item_id) for item_id, _ in made.items]
            fresh = sorted(((measure(self, live, key), key) for key in fitting), reverse=True)
            ranked = [(mass, item_id) for mass, item_id in fresh if mass > 0]
            order = _insert(measures, ranked, ask.n)
        else:
            order_now: list[int | str] = list(range(len(made.items)))
            order = self._among_scores(live, ask, queries, made, fitting) or order_now
            if len(order) < ask.n:
                remaining = (item_id for item_id in fitting if item_id not in order)
                newest = sorted(remaining, key=self._arrival, reverse=True)
                order = [*order, *newest[: ask.n - len(order)]]
            if order == order_now:
                return made
        return self._merge(live, made, order, language)

    def like_new(
        self, live: LiveRecommender, ask: EngineRequest, item_id: str, language: Language | None
    ) -> EngineList | None:
        """What is most like an item that the models have not learnt of; None of any other item."""
        anchor = None if self.placed is None else self.placed.vector_of(item_id)
        if self.placed is None or anchor is None:
            return None
        without_item = replace(ask, exclude=(*ask.exclude, item_id))
        near = self.placed.space.neighbors(anchor, 10 * ask.n)
        queries = live.queries_of(without_item)
        ids, mask = self.opened.ids.items.ids, live.passing(without_item, queries)
        neighbours = [
            (ids[row], float(likeness))
            for row, likeness in zip(near.rows[0], near.likeness[0], strict=True)
            if row >= 0 and mask[row]
        ]
        fresh = self.placed.likeness(anchor, self._fitting(live, without_item, queries))
        items = sorted([*neighbours, *fresh.items()], key=lambda pair: -pair[1])[: ask.n]
        why = live.plain_reason(Reason("list", 0.0, (), ()), language) if language else None
        whys = (why,) * len(items) if why else ()
        return EngineList(tuple(items), whys, "relative") if items else None

    def _among_scores(
        self,
        live: LiveRecommender,
        ask: EngineRequest,
        queries: Queries,
        made: EngineList,
        fitting: Sequence[str],
    ) -> list[int | str]:
        """The order of a model's list with what it would score high enough; nothing if nothing is.

        Not where something was drawn: the log says with which probability each place came about.
        """
        if self.placed is None or made.probabilities or not made.items:
            return []
        if len(ask.history) == 1 and ask.model and not ask.path:
            masses, candidates = self._like_one(ask.history[0][0], made, fitting)
        else:
            masses, candidates = self._scored(live.scorer(ask), queries, made, fitting)
        fresh = sorted(((mass, key) for key, mass in candidates.items()), reverse=True)
        most = most_new(ask.n)
        entering = [pair for pair in fresh if masses and pair[0] > min(masses)][:most]
        return _insert(masses, entering, ask.n) if entering else []

    def _like_one(
        self, anchor_id: str, made: EngineList, fitting: Sequence[str]
    ) -> tuple[list[float], dict[str, float]]:
        """Likeness to the one item that is asked about, of the list and of new items."""
        row = self.opened.ids.items.row(anchor_id)
        if self.placed is None or row < 0:
            return [], {}
        anchor = self.placed.space.vector_of(row)
        rows = self.opened.ids.items.rows([item_id for item_id, _ in made.items])
        alike = self.placed.space.likeness(anchor, rows)
        return alike.tolist(), self.placed.likeness(anchor, fitting)

    def _scored(
        self, model: Model[Any] | None, queries: Queries, made: EngineList, fitting: Sequence[str]
    ) -> tuple[list[float], dict[str, float]]:
        """What the one model behind the list says of it, and of new items as they are placed."""
        if model is None or self.placed is None:
            return [], {}
        rows = self.opened.ids.items.rows([item_id for item_id, _ in made.items])
        scores = score_items(model, queries, rows[None, :].astype("int32"))[0]
        return scores.tolist(), self.placed.scores(model, queries, fitting)

    def _merge(
        self,
        live: LiveRecommender,
        made: EngineList,
        order: Sequence[int | str],
        language: Language | None,
    ) -> EngineList:
        """A list in an order of places of it and ids of items here; those score as who follows."""
        items: list[Scored] = []
        score = 0.0
        for entry in reversed(order):
            key, score = made.items[entry] if isinstance(entry, int) else (entry, score)
            items.append((key, score))
        if order and isinstance(order[0], str):
            items[-1] = (order[0], 1.0)
        items.reverse()
        return EngineList(
            items=tuple(items),
            whys=self._whys(live, made, order, language),
            meaning=made.meaning,
            probabilities=tuple(
                made.probabilities[each] if isinstance(each, int) else 1.0 for each in order
            )
            if made.probabilities
            else (),
        )

    def _whys(
        self,
        live: LiveRecommender,
        made: EngineList,
        order: Sequence[int | str],
        language: Language | None,
    ) -> tuple[ItemReason, ...]:
        if language is None:
            return ()
        new = live.plain_reason(Reason("new", 0.0, (), ()), language)
        return tuple(made.whys[entry] if isinstance(entry, int) else new for entry in order)

    def _arrival(self, item_id: str) -> float:
        """Unix seconds of when an item came to be, by its owner or else of when it was seen."""
        card = self.cards.get(item_id)
        if card is not None and card.created is not None:
            return card.created
        return self.arrived.get(item_id, 0.0)

    def _newness(self, live: LiveRecommender, item_id: str) -> float:
        """As `_arrival`; what the models know and nobody dates came before they learnt."""
        if item_id in self.cards:
            return self._arrival(item_id)
        card = live.cards.get(item_id)
        return card.created if card and card.created is not None else live.trained_at - 1

    def _popularity(self, live: LiveRecommender, item_id: str) -> float:
        """How many choices of an item there are: counted, or by its share of all."""
        if item_id in self.cards:
            return len(self.chosen.people.get(item_id, ()))
        window = self.opened.manifest.window
        return live.choice.share_of("popular", item_id) * (window.events if window else 0)

    def _trend(self, live: LiveRecommender, item_id: str) -> float:
        """The same of late."""
        if item_id in self.cards:
            return self.chosen.trend_of(item_id)
        return live.choice.share_of("trending", item_id) * self.chosen.faded

    def _fitting(
        self, live: LiveRecommender, ask: EngineRequest, queries: Queries
    ) -> tuple[str, ...]:
        """Those that may be shown to who asks."""
        mask = live.rules.holding(ask, self._book).allows(queries)
        hidden = {*ask.exclude, *ask.refused}
        if live.hides_seen(ask):
            hidden |= set(ask.kept_out)
        return tuple(
            item_id
            for position, item_id in enumerate(self.cards)
            if item_id not in hidden and (mask is None or mask[position])
        )

    @cached_property
    def _book(self) -> RuleBook:
        return RuleBook(lambda: self._columns, Vocabulary.of(list(self.cards)))

    @cached_property
    def _columns(self) -> Columns:
        cards = list(self.cards.values())
        table = aligned(self.opened.items, [self.rows.get(key, {}) for key in self.cards])
        return overlaid(table, facts_of(cards, TEXTS_SHOWN), facts_of(cards, NUMBERS_SHOWN))


def empty_places(opened: Version) -> PlacedItems:
    """Places among the items of a version, with no item there yet. Seconds of a long catalog."""
    window, events = opened.manifest.window, None
    if window is not None and POPULAR in opened.models:
        popular: Any = opened.model(POPULAR)
        events = popular.share * window.events
    return PlacedItems(ContentSpace.of(opened.items), events)


def _insert(known: Sequence[float], fresh: Sequence[Measured], n: int) -> list[int | str]:
    """Places of a list, in their order, and between them what weighs more than what follows."""
    order: list[int | str] = []
    queue = list(reversed(fresh))
    for position, mass in enumerate(known):
        while queue and queue[-1][0] > mass:
            order.append(queue.pop()[1])
        order.append(position)
    order.extend(item_id for _, item_id in reversed(queue))
    return order[:n]


MEASURES = {
    "newest": FreshItems._newness,
    "popular": FreshItems._popularity,
    "trending": FreshItems._trend,
}
"""By what each of everybody's lists is ordered."""
