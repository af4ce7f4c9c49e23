"""A version that answers, with the catalog as it is now."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from secrets import randbits
from types import MappingProxyType
from typing import Any

from omakase.artifacts.version import Version
from omakase.errors import ConfigError, UnknownName
from omakase.explain.reasons import HasModel, Reason, reasons
from omakase.explain.trace import trace
from omakase.pipeline.pipeline import Pipeline
from omakase.pipeline.rules import NO_RULES, CompiledRules
from omakase.protocols import Model
from omakase.queries import availability, one_query
from omakase.registry import version_store
from omakase.stacking.calibration import relative
from omakase.types import Queries, Slate
from omakase_service.catalog.contracts import ItemCard
from omakase_service.platform import tracing
from omakase_service.serving.contracts import ItemReason, Language, RequestTrace, ScoreMeaning
from omakase_service.serving.engine.cards import ItemRows, card_of, remembered_cards
from omakase_service.serving.engine.catalog_rules import CatalogRules
from omakase_service.serving.engine.contracts import NOWHERE, EngineList, EngineRequest
from omakase_service.serving.engine.pipeline_choice import PipelineChoice
from omakase_service.serving.engine.presentation import Presenter
from omakase_service.serving.engine.variety import Variety
from omakase_settings import Placement


@dataclass(frozen=True)
class LiveRecommender:
    """A version that answers, with the catalog as it is now. Replaced whole, never changed.

    Attributes:
        name: of the version.
        opened: the version on the disk, memory-mapped.
        choice: its pipelines.
        cards: what answers show, by item id.
        variety: the rankers that spread its lists.
        rules: over its items, as the catalog has them now.
    """

    name: str
    opened: Version
    choice: PipelineChoice
    cards: Mapping[str, ItemCard]
    variety: Variety
    rules: CatalogRules

    @classmethod
    def load(
        cls,
        folder: Path,
        name: str,
        ranked: Sequence[str],
        cards: Mapping[str, ItemCard] | None,
        *,
        exploration: float = 0.1,
        draws: bool = False,
    ) -> "LiveRecommender":
        """Open a version; its arrays are read when they are first touched.

        A part that is damaged costs what is made of it: the others answer.

        Args:
            ranked: names of pipelines; the first that is whole answers where none is named.
            cards: the catalog; none: as the version itself remembers it.

        Raises:
            ArtifactError: all of it is damaged or foreign.
        """
        opened = version_store(folder).open(name, guards=True, tolerant=True)
        catalog = MappingProxyType(dict(remembered_cards(opened) if cards is None else cards))
        offered = {key: card.offered for key, card in catalog.items()}
        available = availability(opened.ids.items, offered)
        choice = PipelineChoice.build(
            opened, ranked, available, exploration=exploration, draws=draws
        )
        rules = CatalogRules(opened, catalog)
        return cls(name, opened, choice, catalog, Variety(opened), rules)

    @property
    def best(self) -> str:
        """The model that answers where none is named."""
        return self.choice.best

    @property
    def pipelines(self) -> Mapping[str, Pipeline]:
        """Pipelines by the name of their model."""
        return self.choice.by_model

    @property
    def damage(self) -> Mapping[str, str]:
        """Why parts of the version cannot be used, by their place in it."""
        return self.choice.damage

    def warmed(self) -> "LiveRecommender":
        """Itself, after one question to each model: loops are compiled, graphs opened.

        The first use of a model on a machine can take seconds, which no visitor should wait.
        """
        history = [(key, 1.0, 0) for key in tuple(self.cards)[:1]]
        for model in self.pipelines:
            self.recommend(EngineRequest(n=1, model=model, history=history))
        for path in self.choice.cold:
            self.recommend(EngineRequest(n=1, path=path, history=history))
        return self

    def with_cards(
        self, cards: Mapping[str, ItemCard], *, whole: bool, changed: ItemRows | None = None
    ) -> "LiveRecommender":
        """The same models over a changed catalog: `cards` alone, or over those from before.

        Args:
            changed: of items that the version knows otherwise, likewise.
        """
        catalog = dict(cards) if whole else {**self.cards, **cards}
        offered = {key: card.offered for key, card in cards.items()}
        available_before = None if whole else self.choice.available
        available = availability(self.opened.ids.items, offered, before=available_before)
        rules = replace(self.rules, changed={}) if whole else self.rules
        changed_version = replace(
            self,
            choice=self.choice.with_available(available),
            cards=MappingProxyType(catalog),
            rules=rules.with_cards(catalog, cards, changed or {}),
        )
        return changed_version.as_ready_as(self)

    def with_facts(self, changed: ItemRows, user_types: Mapping[str, type]) -> "LiveRecommender":
        """The same version, just opened, with what is known now; see `CatalogRules.with_facts`."""
        return replace(self, rules=self.rules.with_facts(changed, user_types))

    def as_ready_as(self, before: "LiveRecommender") -> "LiveRecommender":
        """Itself, with all worked out that had been worked out for the one before.

        It takes as long as the catalog is long, which nobody who asks should wait.
        """
        self.choice.as_ready_as(before.choice)
        self.rules.as_ready_as(before.rules)
        return self

    @property
    def away(self) -> tuple[str, ...]:
        """Names of the indexes whose stores are away."""
        return self.opened.away

    @property
    def is_remote(self) -> bool:
        """Whether a list may wait for another process."""
        return self._has_indexes and self.opened.is_remote

    def mend(self) -> None:
        """Reach for the stores that are away. It may wait for them: not for who asks."""
        self.opened.mend()

    def lacks(self, ask: EngineRequest) -> bool:
        """Whether a store is away that what answers looks into."""
        proposers = self.choice.answering(ask).proposers
        indexes = (getattr(proposer.source, "index", None) for proposer in proposers)
        return any(getattr(index, "is_away", False) for index in indexes)

    @cached_property
    def _has_indexes(self) -> bool:
        return bool(self.opened.indexes)

    @cached_property
    def trained_at(self) -> int:
        """Unix seconds of when its models began to learn."""
        return int(self.opened.manifest.created.timestamp())

    def recommend(self, ask: EngineRequest) -> list[tuple[str, float]]:
        """At most n (item id, score 0..1), best first; nothing excluded, seen or not offered.

        Raises:
            UnknownName: the version has no such model, or there is no such strategy.
            RuleError: the filter cannot be read or does not fit the catalog.
        """
        return list(self.ranked_list(ask).items)

    def leaves_to_chance(self, ask: EngineRequest) -> bool:
        """Whether the same question may get another list."""
        return self._prepare(ask)[0].draws

    def ranked_list(self, ask: EngineRequest, language: Language | None = None) -> EngineList:
        """The same with what its scores mean, and where a language is given, the reasons."""
        pipeline, queries, rules = self._prepare(ask)
        stages = dict(tracing.steps(pipeline.stages(queries, ask.n, rules=rules)))
        slate, calibrated = stages["answer"], pipeline.calibration
        scores = relative(stages) if calibrated is None else calibrated.chances(stages)
        whys: tuple[ItemReason, ...] = ()
        if language is not None:
            item_reasons = reasons(pipeline, queries, slate, found=stages)[0]
            whys = tuple(self._teller.why(reason, language) for reason in item_reasons)
        ids = self.opened.ids.items.ids
        items = tuple((ids[row], score) for row, score in Slate(slate.items, scores).lists()[0])
        meaning: ScoreMeaning = "relative" if calibrated is None else "chance"
        return EngineList(items, whys, meaning, slate.chances()[0], queries)

    def reasons_for(
        self, ask: EngineRequest, items: Sequence[str], language: Language
    ) -> list[ItemReason]:
        """A reason for each of these items, whatever list they are from; everybody's if unknown."""
        pipeline, queries, _ = self._prepare(ask)
        known_ids = [item_id for item_id in items if self.opened.ids.items.row(item_id) >= 0]
        rows = self.opened.ids.items.rows(known_ids)[None, :]
        slate = Slate(rows, rows.astype("float32"))
        item_reasons = reasons(pipeline, queries, slate)[0] if known_ids else []
        reason_of = {
            k: self._teller.why(reason, language)
            for k, reason in zip(known_ids, item_reasons, strict=True)
        }
        nothing = self._teller.why(Reason("fill", 0.0, (), ()), language)
        return [reason_of.get(item_id, nothing) for item_id in items]

    def trace_request(
        self, ask: EngineRequest, item_id: str | None, language: Language
    ) -> RequestTrace:
        """What each stage makes of the request, and of one item; see `Traced`."""
        pipeline, queries, rules = self._prepare(ask)
        row = None if item_id is None else self.opened.ids.items.row(item_id)
        engine_trace = trace(pipeline, queries, ask.n, item=row, rules=rules)
        return self._teller.present_trace(engine_trace, ask, self.name, item_id, language)

    def card(self, item_id: str) -> ItemCard:
        """The card of an item; a bare one where the catalog has it no more."""
        return self.cards.get(item_id) or card_of(item_id, {})

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
            self.choice.of_model(model)
        if strategy and strategy not in (known := self.choice.strategy_names):
            raise UnknownName("strategy", strategy, known)
        if filter:
            self.rules.require(Placement(filters=(filter,)))

    def require_placement(self, placement: Placement) -> None:
        """All that a placement says fits this version and the catalog.

        Raises:
            UnknownName, ConfigError, RuleError: as in `require`.
            UnknownIds: an item of pins or include that there is not.
            CapabilityError: a part of its pipeline needs what a model does not offer.
        """
        self.require_ways(placement)
        for column, share in placement.caps.items():
            self.variety.capper(column, share)
        self.rules.require(placement)

    def require_ways(self, placement: Placement) -> None:
        """What a placement says of how lists come about fits this version.

        Raises:
            UnknownName, ConfigError: as in `require`.
            CapabilityError: a part of its pipeline needs what a model does not offer.
        """
        self.require(model=placement.model, strategy=placement.strategy, filter="")
        if placement.pipeline.get("rules"):
            raise ConfigError("pipeline.rules: write filters, boosts, pins beside the pipeline")
        if placement.pipeline:
            self.choice.of_placement("placement", placement)

    def hides_seen(self, ask: EngineRequest) -> bool:
        """Whether what the person has had is kept out of the list."""
        return (ask.placement.seen or self.choice.answering(ask).gate.config.seen) == "hide"

    def _prepare(self, ask: EngineRequest) -> tuple[Pipeline, Queries, CompiledRules]:
        """What answers, the question as it sees it, and the rules that hold."""
        queries = self.queries_of(ask)
        pipeline = self.choice.answering(ask, queries)
        if ask.placement is not NOWHERE or ask.diversity > 0:
            pipeline = self.variety.varied(pipeline, ask.placement, ask.diversity)
        if pipeline.draws:
            queries = queries.seeded(randbits(63))
        return pipeline, queries, self.rules.holding(ask) if ask.is_ruled else NO_RULES

    def queries_of(self, ask: EngineRequest) -> Queries:
        """What is asked, as the models see it; a batch of one."""
        seen = self._seen(ask) if self.hides_seen(ask) else ask.refused
        return one_query(
            self.opened.ids,
            user_id=ask.user_id,
            history=ask.history,
            exclude=(*ask.exclude, *seen),
            now=ask.now,
            context=ask.engine_context,
            stances=ask.stances,
        )

    def _seen(self, ask: EngineRequest) -> Collection[str]:
        """What must not come again of what a person has had, but for what the gate hides itself."""
        gate = self.choice.answering(ask).gate.config
        if gate.seen == "hide" and gate.seen_days is None and ask.placement.seen_days is None:
            older = len(ask.seen) - len(ask.history)
            return [item_id for item_id, _, _ in ask.seen[:older]]
        return ask.kept_out

    def scorer(self, ask: EngineRequest) -> Model[Any] | None:
        """The one model whose scores make the list; None where several or none do."""
        pipeline = self.choice.answering(ask)
        sources = [proposer.source for proposer in pipeline.proposers]
        if len(sources) != 1 or pipeline.rankers or not isinstance(sources[0], HasModel):
            return None
        return sources[0].model

    def passing(self, ask: EngineRequest, queries: Queries) -> Any:
        """(N,) which items of the version may be shown to who asks.

        Args:
            queries: what is asked, by `queries_of`.
        """
        mask = self.choice.available.copy()
        allowed = self.rules.holding(ask).allows(queries)
        if allowed is not None:
            mask &= allowed
        hidden = {*ask.exclude, *ask.refused, *(ask.kept_out if self.hides_seen(ask) else ())}
        rows = self.opened.ids.items.rows(list(hidden))
        mask[rows[rows >= 0]] = False
        return mask

    def has_row(self, item_id: str) -> bool:
        """Whether an item has a row in the version."""
        return bool(self.opened.ids.items.row(item_id) >= 0)

    def plain_reason(self, reason: Reason, language: Language) -> ItemReason:
        """A reason that cites nothing, in words."""
        return self._teller.why(reason, language)

    @cached_property
    def _teller(self) -> Presenter:
        return Presenter(self.opened, self.cards)
