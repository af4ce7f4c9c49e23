"""The only door of this app to the engine. Plain Python on this side, arrays on the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, reduce
from operator import and_
from pathlib import Path
from types import MappingProxyType
from typing import Any

from omakase.artifacts.versions import Version
from omakase.errors import CapabilityError, ConfigError, OmakaseError, UnknownName
from omakase.explain.reasons import Reason, reasons
from omakase.explain.trace import trace
from omakase.explain.words import sentence
from omakase.pipeline.config import PipelineConfig, SourceSpec
from omakase.pipeline.pipeline import Pipeline
from omakase.pipeline.strategies import Strategies, chosen
from omakase.protocols import Embeds
from omakase.queries import Seen, marked, one_query
from omakase.rankers.caps import Caps
from omakase.rankers.caps import Config as CapsConfig
from omakase.rankers.mmr import Config as MmrConfig
from omakase.rankers.mmr import Mmr
from omakase.registry import build_pipeline, version_store
from omakase.rules.columns import Columns, Kind, Schema, schema_of
from omakase.rules.rule import Rule
from omakase.rules.wishes import overlaid, patched, priced, within
from omakase.types import Context, Queries, Slate
from omakase_service.catalog.contracts import NO_WISHES, ItemCard, Wishes
from omakase_service.serving.contracts import (
    Circumstances,
    Cited,
    Language,
    Traced,
    TraceStage,
    Why,
)

POPULAR = "popular"
"""Answers where there is nothing to go by; every version has it."""

EVERYBODYS = ("popular", "trending", "newest")
"""Models that say the same to everybody; no strategy is made of them."""

NEIGHBOURS = "user_knn"
"""The model that knows who is like whom."""

AUTO = "auto"
"""The strategy that chooses among the others by what is known of the person."""

EngineRefusal = OmakaseError
"""What opening a version raises where it is missing or damaged."""

NUMBER, TEXT, TEXTS = Kind.NUMBER, Kind.TEXT, Kind.TEXTS
USER_SCHEMA: Schema = {
    **dict.fromkeys(("age_range", "gender", "location", "tier"), TEXT),
    **dict.fromkeys(("shopping_frequency", "favourite_time"), TEXT),
    **dict.fromkeys(("categories", "brands"), TEXTS),
}
CONTEXT_SCHEMA: Schema = {
    **dict.fromkeys(("device", "page", "time_segment", "mode"), TEXT),
    **dict.fromkeys(("hour", "latitude", "longitude", "budget"), NUMBER),
}
TEXTS_SHOWN = ("title", "type", "category", "brand")
NUMBERS_SHOWN = ("price", "original_price", "rating", "ratings")
"""What rules may say of items as the catalog has them now; the rest is as the version has it."""


@dataclass(frozen=True, slots=True)
class Ask:
    """All that bears on one list.

    Attributes:
        n: length of the list.
        model: that answers, or nothing where a strategy does.
        strategy: its name, or `auto`.
        history: (item id, signed weight, Unix seconds), oldest first.
        filter: a rule; nothing lets all items pass.
        diversity: 0..1.
    """

    n: int
    model: str = ""
    strategy: str = ""
    user_id: str = ""
    history: Sequence[Seen] = ()
    exclude: Sequence[str] = ()
    now: int = 0
    context: Circumstances = field(default_factory=Circumstances)
    wishes: Wishes = NO_WISHES
    filter: str = ""
    diversity: float = 0.0


@dataclass(frozen=True)
class Live:
    """A version that answers, with the catalog as it is now. Replaced whole, never changed.

    Attributes:
        name: of the version.
        best: the model that answers where none is named.
        opened: the version on the disk, memory-mapped.
        pipelines: by the name of their model.
        cards: what answers show, by item id.
    """

    name: str
    best: str
    opened: Version
    pipelines: Mapping[str, Pipeline]
    cards: Mapping[str, ItemCard]
    _spreaders: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def load(
        cls, folder: Path, name: str, best: str, cards: Mapping[str, ItemCard] | None
    ) -> "Live":
        """Open a version; its arrays are read when they are first touched.

        Args:
            cards: the catalog; none: as the version itself remembers it.

        Raises:
            ArtifactError: it is damaged or foreign.
        """
        opened = version_store(folder).open(name)
        shown = remembered(opened) if cards is None else cards
        offered = {key: card.offered for key, card in shown.items()}
        mask = marked(opened.ids.items, offered)
        pipelines = {
            key: build_pipeline(config, opened, available=mask)
            for key, config in opened.pipelines.items()
        }
        return cls(name, best, opened, MappingProxyType(pipelines), MappingProxyType(dict(shown)))

    def warmed(self) -> "Live":
        """Itself, after one question to each model: loops are compiled, graphs opened.

        The first use of a model on a machine can take seconds, which no visitor should wait.
        """
        history = [(key, 1.0, 0) for key in tuple(self.cards)[:1]]
        for model in self.pipelines:
            self.recommend(Ask(n=1, model=model, history=history))
        return self

    def with_cards(self, cards: Mapping[str, ItemCard], *, whole: bool) -> "Live":
        """The same models over a changed catalog: `cards` alone, or over those from before."""
        kept = dict(cards) if whole else {**self.cards, **cards}
        offered = {key: card.offered for key, card in cards.items()}
        before = None if whole else next(iter(self.pipelines.values())).gate.available
        mask = marked(self.opened.ids.items, offered, before=before)
        pipelines = {key: each.with_available(mask) for key, each in self.pipelines.items()}
        made = replace(self, pipelines=MappingProxyType(pipelines), cards=MappingProxyType(kept))
        if "_columns" in vars(self) and not whole:
            vars(made)["_columns"] = self._columns_with(cards)
        return made.as_ready_as(self)

    def as_ready_as(self, before: "Live") -> "Live":
        """Itself, with all worked out that had been worked out for the one before.

        It takes as long as the catalog is long, which nobody who asks should wait.
        """
        lazy = (n for n, v in vars(type(self)).items() if isinstance(v, cached_property))
        for name in lazy:
            if name in vars(before):
                getattr(self, name)
        return self

    @property
    def learnt(self) -> int:
        """Unix seconds of when its models began to learn."""
        return int(self.opened.manifest.created.timestamp())

    def recommend(self, ask: Ask) -> list[tuple[str, float]]:
        """At most n (item id, score), best first; nothing excluded, seen or not offered.

        Raises:
            UnknownName: the version has no such model, or there is no such strategy.
            RuleError: the filter cannot be read or does not fit the catalog.
        """
        queries = self._queries(ask)
        return self._plain(self._pipeline(ask, queries).recommend(queries, ask.n))

    def explained(
        self, ask: Ask, language: Language
    ) -> tuple[list[tuple[str, float]], tuple[Why, ...]]:
        """As `recommend`, with a reason for each item in its order."""
        queries = self._queries(ask)
        pipeline = self._pipeline(ask, queries)
        slate = pipeline.recommend(queries, ask.n)
        found = reasons(pipeline, queries, slate)[0]
        return self._plain(slate), tuple(self._why(each, language) for each in found)

    def reasons_for(self, ask: Ask, items: Sequence[str], language: Language) -> list[Why]:
        """A reason for each of these items, whatever list they are from; everybody's if unknown."""
        queries = self._queries(ask)
        known = [item_id for item_id in items if self.opened.ids.items.row(item_id) >= 0]
        rows = self.opened.ids.items.rows(known)[None, :]
        slate = Slate(rows, rows.astype("float32"))
        found = reasons(self._pipeline(ask, queries), queries, slate)[0] if known else []
        said = {k: self._why(each, language) for k, each in zip(known, found, strict=True)}
        nothing = self._why(Reason("fill", 0.0, (), ()), language)
        return [said.get(item_id, nothing) for item_id in items]

    def traced(self, ask: Ask, item_id: str | None, language: Language) -> Traced:
        """What each stage makes of the request, and of one item; see `Traced`."""
        queries = self._queries(ask)
        row = None if item_id is None else self.opened.ids.items.row(item_id)
        found = trace(self._pipeline(ask, queries), queries, ask.n, item=row)
        ids, fate = self.opened.ids.items.ids, found.fate
        steps = fate.steps if fate else (None,) * len(found.stages)
        stages = tuple(
            TraceStage(
                name=stage.name,
                count=stage.count,
                milliseconds=round(stage.milliseconds, 3),
                first=tuple((ids[item], score) for item, score in stage.first),
                place=None if step is None or step.place is None else step.place + 1,
                score=None if step is None else step.score,
            )
            for stage, step in zip(found.stages, steps, strict=True)
        )
        return Traced(
            algorithm=ask.strategy or ask.model,
            version=self.name,
            events=len(ask.history),
            stages=stages,
            items=tuple((ids[item], score) for item, score in found.answer),
            whys=tuple(self._why(each, language) for each in found.reasons),
            shown=fate.shown if fate else None,
            lost_at=fate.lost_at if fate else "",
            reason=fate.reason if fate else "",
        )

    def card(self, item_id: str) -> ItemCard:
        """The card of an item; a bare one where the catalog has it no more."""
        return self.cards.get(item_id) or _card(item_id, {})

    def similar_users(self, *, user_id: str, history: Sequence[Seen]) -> list[tuple[str, float]]:
        """(user id, likeness) of the people most like somebody with this history, best first.

        As many as the model keeps neighbours; none where the history is empty or unknown.

        Raises:
            CapabilityError: the version holds no model that compares people.
        """
        if NEIGHBOURS not in self.opened.models:
            raise CapabilityError(f"people are compared by {NEIGHBOURS!r}; train it too")
        model: Any = self.opened.model(NEIGHBOURS)
        near = model.near(one_query(self.opened.ids, user_id=user_id, history=history))
        ids = self.opened.ids.users.ids
        found = [
            (ids[row], round(likeness, 6))
            for row, likeness in zip(near.indices.tolist(), near.data.tolist(), strict=True)
        ]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))

    def pipeline(self, model: str) -> Pipeline:
        """The pipeline of a model.

        Raises:
            UnknownName: the version has no such model.
        """
        if model not in self.pipelines:
            raise UnknownName("model", model, self.pipelines)
        return self.pipelines[model]

    def knows(self, item_id: str) -> bool:
        """Whether the models have learnt of an item."""
        return item_id in self.cards and self.opened.ids.items.row(item_id) >= 0

    def require(self, *, model: str, strategy: str, filter: str) -> None:
        """What is named exists, and the filter fits the catalog.

        Raises:
            UnknownName: no such model or strategy.
            ConfigError: a model and a strategy at once.
            RuleError: the filter cannot be read or does not fit the catalog.
        """
        if model and strategy:
            raise ConfigError("name a model or a strategy, not both")
        if model:
            self.pipeline(model)
        if strategy and strategy != AUTO and strategy not in self._strategies.pipelines:
            raise UnknownName("strategy", strategy, [AUTO, *self._strategies.pipelines])
        if filter:
            self._rule(filter)

    def _queries(self, ask: Ask) -> Queries:
        context = Context(
            device=ask.context.device,
            page=ask.context.page,
            latitude=ask.context.latitude,
            longitude=ask.context.longitude,
            budget=ask.context.budget,
            attributes=_context_facts(ask.context),
        )
        queries = one_query(
            self.opened.ids,
            user_id=ask.user_id,
            history=ask.history,
            exclude=ask.exclude,
            now=ask.now,
            context=context,
        )
        return replace(queries, allowed=self._allowed(ask))

    def _allowed(self, ask: Ask) -> Any:
        """(N,) what the person's wishes and the filter let pass; None where all is allowed."""
        wishes, masks = ask.wishes, []
        if wishes.excluded_categories:
            column: Any = self._columns["category"]
            masks.append(~within(column, wishes.excluded_categories))
        if wishes.price_min is not None or wishes.price_max is not None:
            prices: Any = self._columns["price"]
            masks.append(priced(prices, wishes.price_min, wishes.price_max))
        if ask.filter:
            facts = {"user": dict(wishes.facts), "context": _context_facts(ask.context)}
            masks.append(self._rule(ask.filter).holds(**facts))
        return reduce(and_, masks) if masks else None

    def _rule(self, text: str) -> Rule:
        if text not in self._rules:
            if len(self._rules) >= 1000:
                self._rules.clear()
            self._rules[text] = Rule.of(
                text,
                self._columns,
                self.opened.n_items,
                item_schema=schema_of(self._columns),
                user_schema=USER_SCHEMA,
                context_schema=CONTEXT_SCHEMA,
            )
        return self._rules[text]

    @cached_property
    def _rules(self) -> dict[str, Rule]:
        return {}

    @cached_property
    def _columns(self) -> Columns:
        """What rules may say of items: as the version has it, over it what the cards show."""
        cards = [self.cards.get(key) for key in self.opened.ids.items.ids]
        return overlaid(self.opened.items, _told(cards, TEXTS_SHOWN), _told(cards, NUMBERS_SHOWN))

    def _columns_with(self, cards: Mapping[str, ItemCard]) -> Columns:
        """The same where only these cards have changed."""
        rows = self.opened.ids.items.rows(list(cards))
        known = [card for card, row in zip(cards.values(), rows, strict=True) if row >= 0]
        texts, numbers = _told(known, TEXTS_SHOWN), _told(known, NUMBERS_SHOWN)
        return patched(self._columns, rows[rows >= 0], texts, numbers)

    def _pipeline(self, ask: Ask, queries: Queries) -> Pipeline:
        if ask.strategy:
            name = ask.strategy
            if name == AUTO:
                name = chosen(queries, ask.context.mode)[0]
            pipeline = self._strategies.pipelines[name]
        else:
            pipeline = self.pipeline(ask.model)
        return self._varied(pipeline, ask.diversity)

    @cached_property
    def _strategies(self) -> Strategies:
        """All models that tell people apart, under one roof, the best first."""
        names = sorted(self.opened.models, key=lambda name: name != self.best)
        told = [name for name in names if name not in EVERYBODYS] or [POPULAR]
        config = PipelineConfig(
            name="strategies",
            sources=tuple(
                SourceSpec(kind="scored", name=name, config={"model": name}) for name in told
            ),
            fallback=SourceSpec(kind="fixed", config={"model": POPULAR}),
        )
        gate = next(iter(self.pipelines.values())).gate
        return Strategies.of(build_pipeline(config, self.opened, available=gate.available))

    def _varied(self, pipeline: Pipeline, diversity: float) -> Pipeline:
        """The pipeline with more variety: by vectors where a model has some, else by category."""
        if diversity <= 0:
            return pipeline
        return replace(pipeline, rankers=(*pipeline.rankers, self._spreader(diversity)))

    def _spreader(self, diversity: float) -> Any:
        """By the vectors of a model; they are the version's, so a new catalog keeps them."""
        if "mmr" not in self._spreaders:
            told = (name for name in self.opened.models if _has_vectors(self.opened, name))
            name = next(told, None)
            self._spreaders["mmr"] = name and Mmr.of(MmrConfig(model=name), self.opened)
        if self._spreaders["mmr"]:
            return replace(self._spreaders["mmr"], diversity=diversity)
        if "category" not in self.opened.items.columns:
            raise CapabilityError("nothing tells likeness: no vectors, and no item has a category")
        return Caps.of(CapsConfig(share=max(0.1, 1 - 0.9 * diversity)), self.opened)

    def _plain(self, slate: Slate) -> list[tuple[str, float]]:
        ids = self.opened.ids.items.ids
        return [(ids[row], score) for row, score in slate.lists()[0]]

    def _why(self, reason: Reason, language: Language) -> Why:
        ids = self.opened.ids.items.ids

        def title(row: int) -> str:
            card = self.cards.get(ids[row])
            return card.title if card else ids[row]

        return Why(
            text=sentence(reason, title, language),
            primary=reason.primary,
            confidence=round(reason.confidence, 4),
            because=tuple(
                Cited(ids[row], title(row), round(share, 4)) for row, share in reason.because
            ),
            algorithms=tuple((name, place + 1) for name, place in reason.algorithms),
        )


def remembered(opened: Version) -> dict[str, ItemCard]:
    """The cards of a version's items as they were when it was made, all of them offered."""
    rows = opened.items.to_dicts()
    return {key: _card(key, row) for key, row in zip(opened.ids.items.ids, rows, strict=True)}


def _card(key: str, row: Mapping[str, Any]) -> ItemCard:
    def text(name: str) -> str:
        value = row.get(name)
        return value if isinstance(value, str) else ""

    return ItemCard(
        item_id=key,
        title=text("title") or key,
        type=text("type"),
        category=text("category"),
        brand=text("brand"),
        price=row.get("price"),
        original_price=None,
        image_url="",
        offered=True,
    )


def _told(cards: Sequence[ItemCard | None], names: Sequence[str]) -> dict[str, list[Any]]:
    """What the cards say, name by name; None where there is no card."""
    return {name: [card and getattr(card, name) for card in cards] for name in names}


def _has_vectors(opened: Version, name: str) -> bool:
    return name not in EVERYBODYS and isinstance(opened.model(name), Embeds)


def _context_facts(context: Circumstances) -> dict[str, Any]:
    facts = {
        "device": context.device or None,
        "page": context.page or None,
        "time_segment": context.time_segment or None,
        "mode": context.mode or None,
        "hour": context.hour,
        "latitude": context.latitude,
        "longitude": context.longitude,
        "budget": context.budget,
    }
    return {name: value for name, value in facts.items() if value is not None}
