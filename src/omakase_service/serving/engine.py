"""The only door of this app to the engine. Plain Python on this side, arrays on the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from omakase.artifacts.versions import Version
from omakase.errors import CapabilityError, ConfigError, OmakaseError, UnknownName
from omakase.explain.reasons import Reason, reasons
from omakase.explain.trace import Trace, trace
from omakase.explain.words import fated, sentence
from omakase.hybrids import strategies_over
from omakase.pipeline.config import SourceSpec
from omakase.pipeline.meaning import relative
from omakase.pipeline.pipeline import NO_RULES, Pipeline
from omakase.pipeline.rulebook import RuleBook
from omakase.pipeline.rules import Rules, RulesConfig
from omakase.pipeline.strategies import Strategies, chosen
from omakase.protocols import Embeds
from omakase.queries import Seen, marked, one_query
from omakase.rankers.caps import Caps
from omakase.rankers.caps import Config as CapsConfig
from omakase.rankers.mmr import Config as MmrConfig
from omakase.rankers.mmr import Mmr
from omakase.registry import build_pipeline, version_store
from omakase.rules.columns import Columns, Kind, Schema
from omakase.rules.wishes import overlaid, patched
from omakase.types import Context, Queries, Slate
from omakase_service.catalog.contracts import NO_WISHES, ItemCard, Wishes
from omakase_service.platform import tracing
from omakase_service.serving.contracts import (
    Circumstances,
    Cited,
    Language,
    ScoreMeaning,
    Traced,
    TraceStage,
    Why,
)
from omakase_settings import Placement

NOWHERE = Placement()
POPULAR = "popular"
"""Answers where there is nothing to go by; every version has it."""

EVERYBODYS = ("popular", "trending", "newest")
"""Models that say the same to everybody; no strategy is made of them."""

FILLING = SourceSpec(kind="fixed", config={"model": POPULAR})
"""Fills what came out short."""

NEIGHBOURS = "user_knn"
"""The model that knows who is like whom."""

AUTO = "auto"
"""The strategy that chooses among the others by what is known of the person."""

EngineRefusal = OmakaseError
"""What opening a version raises where it is missing or damaged."""

TEXT, TEXTS = Kind.TEXT, Kind.TEXTS
USER_SCHEMA: Schema = {
    **dict.fromkeys(("age_range", "gender", "location", "tier"), TEXT),
    **dict.fromkeys(("shopping_frequency", "favourite_time"), TEXT),
    **dict.fromkeys(("categories", "brands"), TEXTS),
}
MOMENT_SCHEMA: Schema = dict.fromkeys(("time_segment", "mode"), TEXT)
"""What rules may ask of a request beside what the engine knows of every one."""

TEXTS_SHOWN = ("title", "type", "category", "brand")
NUMBERS_SHOWN = ("price", "original_price", "rating", "ratings")
"""What rules may say of items as the catalog has them now; the rest is as the version has it."""


@dataclass(frozen=True, slots=True)
class Ask:
    """All that bears on one list.

    Attributes:
        n: length of the list.
        model: that answers, or nothing where a strategy or the placement's own pipeline does.
        strategy: its name, or `auto`.
        place: name of the placement.
        placement: what holds there.
        history: (item id, signed weight, Unix seconds), oldest first; what models look at.
        seen: the same, further back; kept out by the policy of what answers.
        filter: a rule; nothing lets all items pass.
        diversity: 0..1.
    """

    n: int
    model: str = ""
    strategy: str = ""
    place: str = ""
    placement: Placement = NOWHERE
    user_id: str = ""
    history: Sequence[Seen] = ()
    seen: Sequence[Seen] = ()
    exclude: Sequence[str] = ()
    now: int = 0
    context: Circumstances = field(default_factory=Circumstances)
    wishes: Wishes = NO_WISHES
    filter: str = ""
    diversity: float = 0.0

    @property
    def algorithm(self) -> str:
        """What answers, in a word."""
        return self.strategy or self.model or self.place


@dataclass(frozen=True, slots=True)
class Listed:
    """A list as the models made it.

    Attributes:
        items: (item id, score 0..1), best first.
        whys: one an item, where they were asked for.
    """

    items: tuple[tuple[str, float], ...]
    whys: tuple[Why, ...]
    meaning: ScoreMeaning


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
        opened = version_store(folder).open(name, guards=True)
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
    def away(self) -> tuple[str, ...]:
        """Names of the indexes whose stores are away."""
        return self.opened.away

    def mend(self) -> None:
        """Reach for the stores that are away. It may wait for them: not for who asks."""
        self.opened.mend()

    def lacks(self, ask: Ask) -> bool:
        """Whether a store is away that what answers looks into."""
        proposers = self._answering(ask).proposers
        indexes = (getattr(each.source, "index", None) for each in proposers)
        return any(getattr(index, "is_away", False) for index in indexes)

    @property
    def learnt(self) -> int:
        """Unix seconds of when its models began to learn."""
        return int(self.opened.manifest.created.timestamp())

    def recommend(self, ask: Ask) -> list[tuple[str, float]]:
        """At most n (item id, score 0..1), best first; nothing excluded, seen or not offered.

        Raises:
            UnknownName: the version has no such model, or there is no such strategy.
            RuleError: the filter cannot be read or does not fit the catalog.
        """
        return list(self.answered(ask).items)

    def answered(self, ask: Ask, language: Language | None = None) -> Listed:
        """The same with what its scores mean, and where a language is given, the reasons."""
        pipeline, queries, rules = self._asked(ask)
        stages = dict(tracing.steps(pipeline.stages(queries, ask.n, rules=rules)))
        slate, told = stages["answer"], pipeline.told
        scores = relative(stages) if told is None else told.chances(stages)
        whys: tuple[Why, ...] = ()
        if language is not None:
            found = reasons(pipeline, queries, slate, found=stages)[0]
            whys = tuple(self._why(each, language) for each in found)
        items = tuple(self._plain(Slate(slate.items, scores)))
        return Listed(items, whys, "relative" if told is None else "chance")

    def reasons_for(self, ask: Ask, items: Sequence[str], language: Language) -> list[Why]:
        """A reason for each of these items, whatever list they are from; everybody's if unknown."""
        pipeline, queries, _ = self._asked(ask)
        known = [item_id for item_id in items if self.opened.ids.items.row(item_id) >= 0]
        rows = self.opened.ids.items.rows(known)[None, :]
        slate = Slate(rows, rows.astype("float32"))
        found = reasons(pipeline, queries, slate)[0] if known else []
        said = {k: self._why(each, language) for k, each in zip(known, found, strict=True)}
        nothing = self._why(Reason("fill", 0.0, (), ()), language)
        return [said.get(item_id, nothing) for item_id in items]

    def traced(self, ask: Ask, item_id: str | None, language: Language) -> Traced:
        """What each stage makes of the request, and of one item; see `Traced`."""
        pipeline, queries, rules = self._asked(ask)
        row = None if item_id is None else self.opened.ids.items.row(item_id)
        found = trace(pipeline, queries, ask.n, item=row, rules=rules)
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
            algorithm=ask.algorithm,
            version=self.name,
            events=len(ask.history),
            stages=stages,
            items=tuple((ids[item], score) for item, score in found.answer),
            whys=tuple(self._why(each, language) for each in found.reasons),
            shown=fate.shown if fate else None,
            lost_at=fate.lost_at if fate else "",
            reason=fate.reason if fate else "",
            told=self._fated(found, item_id or "", language),
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
            self._book.rules(_rules_of(Placement(filters=(filter,))))

    def require_placement(self, placement: Placement) -> None:
        """All that a placement says fits this version and the catalog.

        Raises:
            UnknownName, ConfigError, RuleError: as in `require`.
            UnknownIds: an item of pins or include that there is not.
            CapabilityError: a part of its pipeline needs what a model does not offer.
        """
        self.require(model=placement.model, strategy=placement.strategy, filter="")
        if placement.pipeline.get("rules"):
            raise ConfigError("pipeline.rules: write filters, boosts, pins beside the pipeline")
        if placement.pipeline:
            self._own_pipeline("placement", placement)
        for column, share in placement.caps.items():
            self._capper(column, share)
        self._book.rules(_rules_of(placement))

    def hides_seen(self, ask: Ask) -> bool:
        """Whether what the person has had is kept out of the list."""
        return (ask.placement.seen or self._answering(ask).gate.config.seen) == "hide"

    def _asked(self, ask: Ask) -> tuple[Pipeline, Queries, Rules]:
        """What answers, the question as it sees it, and the rules that hold."""
        queries = self._queries(ask)
        return self._varied(self._answering(ask, queries), ask), queries, self._rules(ask)

    def _queries(self, ask: Ask) -> Queries:
        told = ask.context
        context = Context(
            device=told.device,
            page=told.page,
            latitude=told.latitude,
            longitude=told.longitude,
            budget=told.budget,
            attributes=_moment(told),
            user=ask.wishes.facts,
        )
        hides = self.hides_seen(ask)
        seen = (item_id for item_id, weight, _ in ask.seen if hides or weight < 0)
        return one_query(
            self.opened.ids,
            user_id=ask.user_id,
            history=ask.history,
            exclude=(*ask.exclude, *seen),
            now=ask.now,
            context=context,
        )

    def _rules(self, ask: Ask) -> Rules:
        """The placement's, then the request's, then what the person wishes."""
        rules = NO_RULES
        if ask.placement is not NOWHERE:
            rules = self._book.rules(self._book.still(_rules_of(ask.placement)))
        if ask.filter:
            asked = _rules_of(Placement(filters=(ask.filter,)))
            rules = rules.with_those_of(self._book.rules(asked))
        if not ask.placement.wishes:
            return rules
        wishes = ask.wishes
        limits = (wishes.excluded_categories, wishes.price_min, wishes.price_max)
        return rules.with_those_of(self._book.wished(*limits))

    @cached_property
    def _book(self) -> RuleBook:
        return RuleBook(lambda: self._columns, self.opened.ids.items)

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

    def _answering(self, ask: Ask, queries: Queries | None = None) -> Pipeline:
        """The pipeline of the strategy, the model or the placement.

        Args:
            queries: by whose history `auto` chooses; without them any strategy.
        """
        if not ask.strategy:
            own = ask.placement.pipeline and not ask.model
            return self._own_pipeline(ask.place, ask.placement) if own else self.pipeline(ask.model)
        name = ask.strategy
        if name == AUTO:
            name = chosen(queries, ask.context.mode)[0] if queries else "rrf"
        return self._strategies.pipelines[name]

    def _own_pipeline(self, name: str, placement: Placement) -> Pipeline:
        """The pipeline that a placement spells out; built once."""
        key = placement.model_dump_json(include={"pipeline"})
        if key not in self._own_pipelines:
            config = {"name": name, "fallback": FILLING, **placement.pipeline}
            made = build_pipeline(config, self.opened, available=self._available)
            self._own_pipelines[key] = made
        return self._own_pipelines[key]

    @cached_property
    def _own_pipelines(self) -> dict[str, Pipeline]:
        return {}

    @property
    def _available(self) -> Any:
        return next(iter(self.pipelines.values())).gate.available

    @cached_property
    def _strategies(self) -> Strategies:
        """All models that tell people apart, the best first."""
        names = sorted(self.opened.models, key=lambda name: name != self.best)
        told = [name for name in names if name not in EVERYBODYS] or [POPULAR]
        return strategies_over(self.opened, told, fallback=FILLING, available=self._available)

    def _varied(self, pipeline: Pipeline, ask: Ask) -> Pipeline:
        """The pipeline as the place wants it: what it hides, what it caps, how varied it is."""
        if ask.placement is NOWHERE and ask.diversity <= 0:
            return pipeline
        place, gate, rankers = ask.placement, pipeline.gate, list(pipeline.rankers)
        if place.seen is not None:
            gate = replace(gate, config=gate.config.model_copy(update={"seen": place.seen}))
        if ask.diversity > 0:
            rankers.append(self._spreader(ask.diversity))
        rankers += [self._capper(column, share) for column, share in place.caps.items()]
        return replace(pipeline, gate=gate, rankers=tuple(rankers))

    def _capper(self, column: str, share: float) -> Any:
        """At most so much of a list has the same value of a column; kept with the version."""
        key = f"caps {column} {share}"
        if key not in self._spreaders:
            self._spreaders[key] = Caps.of(CapsConfig(column=column, share=share), self.opened)
        return self._spreaders[key]

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
        return self._capper("category", max(0.1, 1 - 0.9 * round(diversity, 2)))

    def _plain(self, slate: Slate) -> list[tuple[str, float]]:
        ids = self.opened.ids.items.ids
        return [(ids[row], score) for row, score in slate.lists()[0]]

    def _fated(self, found: Trace, item_id: str, language: Language) -> str:
        """What became of the item that was asked about, and why it is there if it is."""
        if found.fate is None:
            return ""
        said = fated(found.fate, self._title(item_id), language)
        if not found.fate.shown:
            return said
        row = self.opened.ids.items.row(item_id)
        place = [item for item, _ in found.answer].index(row)
        return f"{said} {self._why(found.reasons[place], language).text}"

    def _title(self, item_id: str) -> str:
        card = self.cards.get(item_id)
        return card.title if card and card.title else item_id

    def _why(self, reason: Reason, language: Language) -> Why:
        ids = self.opened.ids.items.ids

        def title(row: int) -> str:
            return self._title(ids[row])

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


def _moment(context: Circumstances) -> dict[str, Any]:
    """What rules may ask of the request beside the fields of the engine's `Context`."""
    told = {"time_segment": context.time_segment, "mode": context.mode}
    facts = {**context.attributes, **{name: word or None for name, word in told.items()}}
    return facts if context.hour is None else {**facts, "hour": float(context.hour)}


def _rules_of(placement: Placement) -> RulesConfig:
    return RulesConfig(
        filters=placement.filters,
        boosts=placement.boosts,
        include=placement.include,
        exclude=placement.exclude,
        pins=dict(placement.pins),
        user=dict(USER_SCHEMA),
        context=dict(MOMENT_SCHEMA),
    )
