"""Which pipeline of a version answers: of a model, a strategy, a placement or a cold start."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any

from omakase.artifacts.version import Version
from omakase.build.hybrid import cold_starts, strategies_over
from omakase.build.similar import CONTENT, SIMILAR, item_models, similar_pipeline
from omakase.build.version import EVERYBODYS
from omakase.errors import ArtifactError, UnknownName
from omakase.evaluate.compare import BASELINE as POPULAR
from omakase.pipeline.cold_start import Path as ColdPath
from omakase.pipeline.cold_start import known_from
from omakase.pipeline.config import PipelineConfig, SourceSpec
from omakase.pipeline.pipeline import Pipeline
from omakase.pipeline.strategies import Strategies, chosen
from omakase.registry import build_pipeline
from omakase.types import Queries
from omakase_service.serving.engine.contracts import AUTO, EngineRequest
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


def filled_by(config: Mapping[str, Any], damage: Mapping[str, str]) -> dict[str, Any]:
    """A pipeline's configuration whose fallback is whole: another model of everybody's, or none."""
    fallback = config.get("fallback")
    model = fallback["config"].get("model", "") if fallback else ""
    if f"models/{model}" not in damage:
        return dict(config)
    usable = (name for name in EVERYBODYS if f"models/{name}" not in damage)
    instead = next(usable, None)
    filling = None if instead is None else {**(fallback or {}), "config": {"model": instead}}
    return {**config, "fallback": filling}


@dataclass(frozen=True)
class PipelineChoice:
    """The pipelines of a version over the items on offer; built when they are first wanted.

    Attributes:
        opened: the version on the disk, memory-mapped.
        best: the model that answers where none is named.
        by_model: those of its models that are whole.
        damage: why parts of the version cannot be used, by their place in it.
        exploration: share of the places for what is new, where nothing else is known.
        draws: whether those places are drawn, with their probability in the log.
    """

    opened: Version
    best: str
    by_model: Mapping[str, Pipeline]
    damage: Mapping[str, str] = field(default_factory=dict)
    exploration: float = 0.1
    draws: bool = False

    @classmethod
    def build(
        cls,
        opened: Version,
        ranked: Sequence[str],
        available: Any,
        *,
        exploration: float = 0.1,
        draws: bool = False,
    ) -> "PipelineChoice":
        """The pipelines of all models that are whole.

        Args:
            ranked: names of pipelines; the first that is whole answers where none is named.
            available: (N,) which items are on offer.

        Raises:
            ArtifactError: none is whole.
        """
        damage = opened.damage()
        sources: dict[str, Any] = {}
        pipelines = {}
        for key, config in opened.pipelines.items():
            try:
                filled = filled_by(config, damage)
                pipelines[key] = build_pipeline(filled, opened, available=available, made=sources)
            except ArtifactError as error:
                damage.setdefault(f"pipelines/{key}", str(error))
        best = next((key for key in (*ranked, *pipelines) if key in pipelines), None)
        if best is None:
            reason = "; ".join(damage.values())
            raise ArtifactError(reason or f"version {opened.manifest.name} holds no pipeline")
        frozen, reasons = MappingProxyType(pipelines), MappingProxyType(damage)
        return cls(opened, best, frozen, reasons, exploration, draws)

    def with_available(self, available: Any) -> "PipelineChoice":
        """The same pipelines over other items on offer, (N,); what was built stays built."""
        by_model = _over(self.by_model, available)
        changed = replace(self, by_model=MappingProxyType(by_model))
        for built in ("by_placement", "cold"):  # a frozen value keeps what it computed in its vars
            if built in vars(self):
                vars(changed)[built] = _over(vars(self)[built], available)
        return changed

    def as_ready_as(self, before: "PipelineChoice") -> None:
        """Have all worked out that had been worked out for the pipelines before."""
        lazy = (n for n, v in vars(type(self)).items() if isinstance(v, cached_property))
        for name in lazy:
            if name in vars(before):
                getattr(self, name)

    def answering(self, ask: EngineRequest, queries: Queries | None = None) -> Pipeline:
        """The pipeline of the path, the strategy, the model or the placement.

        Args:
            queries: by whose history `auto` chooses; without them any strategy.
        """
        if ask.path and ask.path in self.cold:
            return self.cold[ask.path]
        if not ask.strategy:
            if ask.placement.pipeline and not ask.model:
                return self.of_placement(ask.place, ask.placement)
            return self.of_model(ask.model)
        name = ask.strategy
        if name == SIMILAR:
            return self._similar
        if name == AUTO:
            name = chosen(queries, ask.context.mode)[0] if queries else "rrf"
        return self.strategies.pipelines[name]

    def of_model(self, model: str) -> Pipeline:
        """The pipeline of a model.

        Raises:
            UnknownName: the version has no such model.
        """
        name = self.stand_in(model)
        if name not in self.by_model:
            raise UnknownName("model", model, self.by_model)
        return self.by_model[name]

    def stand_in(self, model: str) -> str:
        """The model itself; of one that is damaged what answers in its place.

        Of a name that other systems have for a family of models, the first of these that there is.
        """
        if model in FAMILIES and model not in self.opened.pipelines:
            return next((name for name in FAMILIES[model] if name in self.by_model), model)
        if model in self.by_model or model not in self.opened.pipelines:
            return model
        alike = EVERYBODYS if model in EVERYBODYS else ()
        return next((name for name in alike if name in self.by_model), self.best)

    def similar_by(self, item_id: str) -> dict[str, str]:
        """What says what goes with an item, as `require` takes it: a strategy, or one model.

        Models of items, where any is kept, whatever answers people: neighbours and content
        together; content alone of what nobody took yet, which has no neighbours.
        """
        models = self._item_models
        if len(models) < 2:
            return {"model": models[0] if models else self.best}
        has_events = POPULAR not in self.by_model or self.share_of(POPULAR, item_id) > 0
        return {"strategy": SIMILAR} if has_events else {"model": CONTENT}

    def share_of(self, model: str, item_id: str) -> float:
        """What an item holds of all, by a model of everybody's; 0 where either is unknown."""
        row = self.opened.ids.items.row(item_id)
        if row < 0 or model not in self.by_model:
            return 0.0
        everybodys: Any = self.opened.model(model)
        return float(everybodys.share[row])

    @property
    def strategy_names(self) -> list[str]:
        """Names that a request may give as its strategy."""
        similar = [SIMILAR] if self._item_models else []
        return [AUTO, *self.strategies.pipelines, *similar]

    def of_placement(self, name: str, placement: Placement) -> Pipeline:
        """The pipeline that a placement spells out; built once."""
        key = placement.model_dump_json(include={"pipeline"})
        if key not in self.by_placement:
            config = {"name": name, "fallback": FILLING, **placement.pipeline}
            pipeline = build_pipeline(config, self.opened, available=self.available)
            self.by_placement[key] = pipeline
        return self.by_placement[key]

    @property
    def available(self) -> Any:
        """(N,) which items are on offer."""
        return next(iter(self.by_model.values())).gate.available

    @cached_property
    def few(self) -> int:
        """Events from which somebody is known to the model that answers."""
        return known_from(PipelineConfig.checked(self.opened.pipelines[self.best], self.best))

    @cached_property
    def _item_models(self) -> tuple[str, ...]:
        return item_models(self.by_model)

    @cached_property
    def _similar(self) -> Pipeline:
        filling = FILLING if POPULAR in self.by_model else None
        return similar_pipeline(
            self.opened, self._item_models, fallback=filling, available=self.available
        )

    @cached_property
    def by_placement(self) -> dict[str, Pipeline]:
        """Pipelines that placements spell out, by their JSON."""
        return {}

    @cached_property
    def cold(self) -> Mapping[ColdPath, Pipeline]:
        """By path, for whom the best model knows too little of; built once."""
        try:
            return dict(
                cold_starts(
                    self.opened,
                    self.best,
                    exploration=self.exploration,
                    draws=self.draws,
                    available=self.available,
                )
            )
        except ArtifactError:  # of a part that is damaged; `damage` names it
            return {}

    @cached_property
    def strategies(self) -> Strategies:
        """All models that tell people apart, the best first."""
        usable = (name for name in self.opened.models if f"models/{name}" not in self.damage)
        names = sorted(usable, key=lambda name: name != self.best)
        personal = [name for name in names if name not in EVERYBODYS] or [self.stand_in(POPULAR)]
        filling = FILLING if f"models/{POPULAR}" not in self.damage else None
        return strategies_over(self.opened, personal, fallback=filling, available=self.available)


def _over(pipelines: Mapping[Any, Pipeline], available: Any) -> dict[Any, Pipeline]:
    return {key: pipeline.with_available(available) for key, pipeline in pipelines.items()}
