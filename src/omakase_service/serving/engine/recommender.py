"""A version that answers, with the catalog as it is now."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from secrets import randbits
from types import MappingProxyType
from typing import Any

from omakase.artifacts.version import Version
from omakase.build.hybrid import cold_starts, strategies_over
from omakase.build.similar import CONTENT, SIMILAR, item_models, similar_pipeline
from omakase.build.version import EVERYBODYS
from omakase.errors import ArtifactError, CapabilityError, ConfigError, UnknownName
from omakase.evaluate.compare import BASELINE as POPULAR
from omakase.explain.reasons import HasModel, Reason, reasons
from omakase.explain.trace import trace
from omakase.onboarding import category_questions, item_questions
from omakase.pipeline.calibration import relative
from omakase.pipeline.cold_start import Path as ColdPath
from omakase.pipeline.cold_start import known_from
from omakase.pipeline.config import PipelineConfig, SourceSpec
from omakase.pipeline.pipeline import Pipeline
from omakase.pipeline.rules import CompiledRules
from omakase.pipeline.strategies import Strategies, chosen
from omakase.protocols import Model
from omakase.queries import Seen, marked, one_query
from omakase.registry import build_pipeline, version_store
from omakase.types import Queries, Slate
from omakase_service.catalog.contracts import ItemCard
from omakase_service.platform import tracing
from omakase_service.serving.contracts import ItemReason, Language, RequestTrace, ScoreMeaning
from omakase_service.serving.engine.cards import (
    ItemRows,
    card_of,
    remembered,
)
from omakase_service.serving.engine.catalog_rules import CatalogRules
from omakase_service.serving.engine.presentation import Presenter
from omakase_service.serving.engine.request import (
    AUTO,
    EngineRequest,
)
from omakase_service.serving.engine.variety import Variety
from omakase_settings import Placement

FAMILIES = {
    "mf": ("ials", "pure_svd", "biased_mf", "bpr"),
    "matrix_factorization": ("ials", "pure_svd", "biased_mf", "bpr"),
    "ncf": ("neumf",),
    "collaborative": ("item_knn", "user_knn", "ease"),
    "content_based": ("content",),
}
"""What other systems call models, and which of ours is meant."""

FILLING = SourceSpec(kind="fixed", config={"model": POPULAR})
"""Fills what came out short."""

ASKED_OF = 100
"""Items among which the most telling ones are looked for."""

NEIGHBOURS = "user_knn"
"""The model that knows who is like whom."""


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


def filled_by(config: Mapping[str, Any], damage: Mapping[str, str]) -> dict[str, Any]:
    """A pipeline's configuration whose fallback is whole: another model of everybody's, or none."""
    fallback = config.get("fallback")
    model = fallback["config"].get("model", "") if fallback else ""
    if f"models/{model}" not in damage:
        return dict(config)
    whole = (name for name in EVERYBODYS if f"models/{name}" not in damage)
    instead = next(whole, None)
    filling = None if instead is None else {**(fallback or {}), "config": {"model": instead}}
    return {**config, "fallback": filling}


@dataclass(frozen=True)
class LiveRecommender:
    """A version that answers, with the catalog as it is now. Replaced whole, never changed.

    Attributes:
        name: of the version.
        best: the model that answers where none is named.
        opened: the version on the disk, memory-mapped.
        pipelines: by the name of their model.
        cards: what answers show, by item id.
        variety: the rankers that spread its lists.
        exploration: share of the places for what is new, where nothing else is known.
        draws: whether those places are drawn, with their probability in the log.
        damage: why parts of the version cannot be used, by their place in it.
        rules: over its items, as the catalog has them now.
    """

    name: str
    best: str
    opened: Version
    pipelines: Mapping[str, Pipeline]
    cards: Mapping[str, ItemCard]
    variety: Variety
    rules: CatalogRules
    exploration: float = 0.1
    draws: bool = False
    damage: Mapping[str, str] = field(default_factory=dict)

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
        damage = opened.damage()
        shown = remembered(opened) if cards is None else cards
        offered = {key: card.offered for key, card in shown.items()}
        mask = marked(opened.ids.items, offered)
        sources: dict[str, Any] = {}
        pipelines = {}
        for key, config in opened.pipelines.items():
            try:
                whole = filled_by(config, damage)
                pipelines[key] = build_pipeline(whole, opened, available=mask, made=sources)
            except ArtifactError as error:
                damage.setdefault(f"pipelines/{key}", str(error))
        best = next((key for key in (*ranked, *pipelines) if key in pipelines), None)
        if best is None:
            raise ArtifactError("; ".join(damage.values()) or f"version {name} holds no pipeline")
        kept = MappingProxyType(dict(shown))
        made = MappingProxyType(pipelines)
        told = MappingProxyType(damage)
        return cls(
            name,
            best,
            opened,
            made,
            kept,
            Variety(opened),
            CatalogRules(opened, kept),
            exploration,
            draws,
            told,
        )

    def warmed(self) -> "LiveRecommender":
        """Itself, after one question to each model: loops are compiled, graphs opened.

        The first use of a model on a machine can take seconds, which no visitor should wait.
        """
        history = [(key, 1.0, 0) for key in tuple(self.cards)[:1]]
        for model in self.pipelines:
            self.recommend(EngineRequest(n=1, model=model, history=history))
        for path in self._cold:
            self.recommend(EngineRequest(n=1, path=path, history=history))
        return self

    def with_cards(
        self, cards: Mapping[str, ItemCard], *, whole: bool, changed: ItemRows | None = None
    ) -> "LiveRecommender":
        """The same models over a changed catalog: `cards` alone, or over those from before.

        Args:
            changed: of items that the version knows otherwise, likewise.
        """
        kept = dict(cards) if whole else {**self.cards, **cards}
        offered = {key: card.offered for key, card in cards.items()}
        before = None if whole else self._available
        mask = marked(self.opened.ids.items, offered, before=before)
        pipelines = {key: each.with_available(mask) for key, each in self.pipelines.items()}
        rules = replace(self.rules, changed={}) if whole else self.rules
        made = replace(
            self,
            pipelines=MappingProxyType(pipelines),
            cards=MappingProxyType(kept),
            rules=rules.with_cards(kept, cards, changed or {}),
        )
        for built in ("_own_pipelines", "_cold"):
            if built in vars(self):
                own = vars(self)[built].items()
                vars(made)[built] = {key: each.with_available(mask) for key, each in own}
        return made.as_ready_as(self)

    def with_facts(self, changed: ItemRows, user_types: Mapping[str, type]) -> "LiveRecommender":
        """The same version, just opened, with what is known now; see `CatalogRules.with_facts`."""
        return replace(self, rules=self.rules.with_facts(changed, user_types))

    def as_ready_as(self, before: "LiveRecommender") -> "LiveRecommender":
        """Itself, with all worked out that had been worked out for the one before.

        It takes as long as the catalog is long, which nobody who asks should wait.
        """
        lazy = (n for n, v in vars(type(self)).items() if isinstance(v, cached_property))
        for name in lazy:
            if name in vars(before):
                getattr(self, name)
        self.rules.as_ready_as(before.rules)
        return self

    @property
    def away(self) -> tuple[str, ...]:
        """Names of the indexes whose stores are away."""
        return self.opened.away

    @property
    def is_remote(self) -> bool:
        """Whether a list may wait for another process."""
        return self.opened.is_remote

    def mend(self) -> None:
        """Reach for the stores that are away. It may wait for them: not for who asks."""
        self.opened.mend()

    def lacks(self, ask: EngineRequest) -> bool:
        """Whether a store is away that what answers looks into."""
        proposers = self._answering(ask).proposers
        indexes = (getattr(each.source, "index", None) for each in proposers)
        return any(getattr(index, "is_away", False) for index in indexes)

    @property
    def learnt(self) -> int:
        """Unix seconds of when its models began to learn."""
        return int(self.opened.manifest.created.timestamp())

    def recommend(self, ask: EngineRequest) -> list[tuple[str, float]]:
        """At most n (item id, score 0..1), best first; nothing excluded, seen or not offered.

        Raises:
            UnknownName: the version has no such model, or there is no such strategy.
            RuleError: the filter cannot be read or does not fit the catalog.
        """
        return list(self.answered(ask).items)

    def leaves_to_chance(self, ask: EngineRequest) -> bool:
        """Whether the same question may get another list."""
        return self._prepare(ask)[0].draws

    def answered(self, ask: EngineRequest, language: Language | None = None) -> EngineList:
        """The same with what its scores mean, and where a language is given, the reasons."""
        pipeline, queries, rules = self._prepare(ask)
        stages = dict(tracing.steps(pipeline.stages(queries, ask.n, rules=rules)))
        slate, told = stages["answer"], pipeline.told
        scores = relative(stages) if told is None else told.chances(stages)
        whys: tuple[ItemReason, ...] = ()
        if language is not None:
            found = reasons(pipeline, queries, slate, found=stages)[0]
            whys = tuple(self._teller.why(each, language) for each in found)
        items = self._teller.plain(Slate(slate.items, scores))
        meaning: ScoreMeaning = "relative" if told is None else "chance"
        return EngineList(items, whys, meaning, slate.chances()[0], queries)

    def reasons_for(
        self, ask: EngineRequest, items: Sequence[str], language: Language
    ) -> list[ItemReason]:
        """A reason for each of these items, whatever list they are from; everybody's if unknown."""
        pipeline, queries, _ = self._prepare(ask)
        known = [item_id for item_id in items if self.opened.ids.items.row(item_id) >= 0]
        rows = self.opened.ids.items.rows(known)[None, :]
        slate = Slate(rows, rows.astype("float32"))
        found = reasons(pipeline, queries, slate)[0] if known else []
        said = {k: self._teller.why(each, language) for k, each in zip(known, found, strict=True)}
        nothing = self._teller.why(Reason("fill", 0.0, (), ()), language)
        return [said.get(item_id, nothing) for item_id in items]

    def traced(self, ask: EngineRequest, item_id: str | None, language: Language) -> RequestTrace:
        """What each stage makes of the request, and of one item; see `Traced`."""
        pipeline, queries, rules = self._prepare(ask)
        row = None if item_id is None else self.opened.ids.items.row(item_id)
        found = trace(pipeline, queries, ask.n, item=row, rules=rules)
        return self._teller.traced(found, ask, self.name, item_id, language)

    def card(self, item_id: str) -> ItemCard:
        """The card of an item; a bare one where the catalog has it no more."""
        return self.cards.get(item_id) or card_of(item_id, {})

    def similar_by(self, item_id: str) -> dict[str, str]:
        """What says what goes with an item, as `require` takes it: a strategy, or one model.

        Models of items, where any is kept, whatever answers people: neighbours and content
        together; content alone of what nobody took yet, which has no neighbours.
        """
        models = self._item_models
        if len(models) < 2:
            return {"model": models[0] if models else self.best}
        taken = POPULAR not in self.pipelines or self.share_of(POPULAR, item_id) > 0
        return {"strategy": SIMILAR} if taken else {"model": CONTENT}

    @cached_property
    def _item_models(self) -> tuple[str, ...]:
        return item_models(self.pipelines)

    @cached_property
    def _similar(self) -> Pipeline:
        filling = FILLING if POPULAR in self.pipelines else None
        return similar_pipeline(
            self.opened, self._item_models, fallback=filling, available=self._available
        )

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

    def telling(
        self, ask: EngineRequest, n: int
    ) -> tuple[list[tuple[str, float]], list[tuple[str, float]]]:
        """At most n items and n categories to ask somebody about, each with the bits it tells.

        Items are of what many know and this person may be shown; none that they had.
        """
        everybodys = replace(ask, n=ASKED_OF, path="stranger", history=())
        whole = [name for name in self.opened.models if f"models/{name}" not in self.damage]
        names = sorted(whole, key=lambda name: (name != self.best, name))
        model = next((name for name in names if name not in EVERYBODYS), self.stand_in(POPULAR))
        items = item_questions(
            self.opened,
            model,
            self.opened.ids.items,
            [item_id for item_id, _ in self.recommend(everybodys)],
            n,
            answered=[item_id for item_id, _, _ in ask.history],
        )
        return items, category_questions(self.opened, n)

    def pipeline(self, model: str) -> Pipeline:
        """The pipeline of a model.

        Raises:
            UnknownName: the version has no such model.
        """
        standing = self.stand_in(model)
        if standing not in self.pipelines:
            raise UnknownName("model", model, self.pipelines)
        return self.pipelines[standing]

    def stand_in(self, model: str) -> str:
        """The model itself; of one that is damaged what answers in its place.

        Of a name that other systems have for a family of models, the first of these that there is.
        """
        if model in FAMILIES and model not in self.opened.pipelines:
            return next((name for name in FAMILIES[model] if name in self.pipelines), model)
        if model in self.pipelines or model not in self.opened.pipelines:
            return model
        alike = EVERYBODYS if model in EVERYBODYS else ()
        return next((name for name in alike if name in self.pipelines), self.best)

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
        if strategy and strategy not in (known := self._strategy_names):
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
            self._own_pipeline("placement", placement)

    def hides_seen(self, ask: EngineRequest) -> bool:
        """Whether what the person has had is kept out of the list."""
        return (ask.placement.seen or self._answering(ask).gate.config.seen) == "hide"

    def _prepare(self, ask: EngineRequest) -> tuple[Pipeline, Queries, CompiledRules]:
        """What answers, the question as it sees it, and the rules that hold."""
        queries = self.queries_of(ask)
        pipeline = self.variety.varied(self._answering(ask, queries), ask.placement, ask.diversity)
        if pipeline.draws:
            queries = queries.seeded(randbits(63))
        return pipeline, queries, self.rules.holding(ask)

    def queries_of(self, ask: EngineRequest) -> Queries:
        """What is asked, as the models see it; a batch of one."""
        seen = self._seen(ask) if self.hides_seen(ask) else ask.refused
        return one_query(
            self.opened.ids,
            user_id=ask.user_id,
            history=ask.history,
            exclude=(*ask.exclude, *seen),
            now=ask.now,
            context=ask.told,
            stances=ask.stances,
        )

    def _seen(self, ask: EngineRequest) -> Collection[str]:
        """What must not come again of what a person has had, but for what the gate hides itself."""
        gate = self._answering(ask).gate.config
        if gate.seen == "hide" and gate.seen_days is None and ask.placement.seen_days is None:
            older = len(ask.seen) - len(ask.history)
            return [item_id for item_id, _, _ in ask.seen[:older]]
        return ask.kept_out

    def scorer(self, ask: EngineRequest) -> Model[Any] | None:
        """The one model whose scores make the list; None where several or none do."""
        pipeline = self._answering(ask)
        sources = [each.source for each in pipeline.proposers]
        if len(sources) != 1 or pipeline.rankers or not isinstance(sources[0], HasModel):
            return None
        return sources[0].model

    def passing(self, ask: EngineRequest, queries: Queries) -> Any:
        """(N,) which items of the version may be shown to who asks.

        Args:
            queries: what is asked, by `queries_of`.
        """
        mask = self._available.copy()
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

    def share_of(self, model: str, item_id: str) -> float:
        """What an item holds of all, by a model of everybody's; 0 where either is unknown."""
        row = self.opened.ids.items.row(item_id)
        if row < 0 or model not in self.pipelines:
            return 0.0
        known: Any = self.opened.model(model)
        return float(known.share[row])

    def plain_reason(self, reason: Reason, language: Language) -> ItemReason:
        """A reason that cites nothing, in words."""
        return self._teller.why(reason, language)

    def _answering(self, ask: EngineRequest, queries: Queries | None = None) -> Pipeline:
        """The pipeline of the path, the strategy, the model or the placement.

        Args:
            queries: by whose history `auto` chooses; without them any strategy.
        """
        if ask.path and ask.path in self._cold:
            return self._cold[ask.path]
        if not ask.strategy:
            own = ask.placement.pipeline and not ask.model
            return self._own_pipeline(ask.place, ask.placement) if own else self.pipeline(ask.model)
        name = ask.strategy
        if name == SIMILAR:
            return self._similar
        if name == AUTO:
            name = chosen(queries, ask.context.mode)[0] if queries else "rrf"
        return self._strategies.pipelines[name]

    @property
    def _strategy_names(self) -> list[str]:
        own = [SIMILAR] if self._item_models else []
        return [AUTO, *self._strategies.pipelines, *own]

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
    def few(self) -> int:
        """Events from which somebody is known to the model that answers."""
        return known_from(PipelineConfig.checked(self.opened.pipelines[self.best], self.best))

    @cached_property
    def _cold(self) -> Mapping[ColdPath, Pipeline]:
        """By path, for whom the best model knows too little of; built once."""
        try:
            return dict(
                cold_starts(
                    self.opened,
                    self.best,
                    exploration=self.exploration,
                    draws=self.draws,
                    available=self._available,
                )
            )
        except ArtifactError:  # of a part that is damaged; `damage` names it
            return {}

    @cached_property
    def _strategies(self) -> Strategies:
        """All models that tell people apart, the best first."""
        whole = (name for name in self.opened.models if f"models/{name}" not in self.damage)
        names = sorted(whole, key=lambda name: name != self.best)
        told = [name for name in names if name not in EVERYBODYS] or [self.stand_in(POPULAR)]
        filling = FILLING if f"models/{POPULAR}" not in self.damage else None
        return strategies_over(self.opened, told, fallback=filling, available=self._available)

    @cached_property
    def _teller(self) -> Presenter:
        return Presenter(self.opened, self.cards)
