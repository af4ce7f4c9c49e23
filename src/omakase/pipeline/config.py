"""A pipeline as data: what an experiment varies without code."""

from typing import Any, Literal

from pydantic import Field, model_validator

from omakase.errors import ConfigError
from omakase.pipeline.popularity_prior import PopularityPrior
from omakase.pipeline.rules import RulesConfig
from omakase.rankers.gate import GateConfig
from omakase.stacking.calibration import ScoreCalibrationConfig
from omakase.types import Config


class PlugSpec(Config):
    """A merge or a ranker, by its name in the registry."""

    kind: str = Field(description="name in the registry")
    config: dict[str, Any] = Field(default_factory=dict, description="its own knobs")


class SourceSpec(PlugSpec):
    """A source, by its name in the registry."""

    name: str = Field(default="", description="what traces call it; by default its kind")
    share: float = Field(
        default=1.0, gt=0, description="how much it counts in the merge, beside the other shares"
    )
    quota: int | None = Field(
        default=None, ge=1, description="most candidates asked of it; none: the whole pool"
    )

    @property
    def called(self) -> str:
        return self.name or self.kind


class PipelineConfig(Config):
    """Sources, merge, rankers, gate. Plain JSON both ways; a misspelt key is an error.

    PipelineConfig(
        name="home",
        sources=(
            SourceSpec(kind="scored", name="als", share=0.7, config={"model": "als"}),
            SourceSpec(kind="item_to_item", share=0.3, config={"model": "item_knn"}),
        ),
        merge=PlugSpec(kind="rrf"),
        rankers=(PlugSpec(kind="caps", config={"column": "category"}),),
        fallback=SourceSpec(kind="fixed", config={"model": "popular"}),
    )
    """

    format: Literal[1] = Field(default=1, description="of this configuration")
    name: str = Field(description="what logs and experiments call it")
    sources: tuple[SourceSpec, ...] = Field(min_length=1, description="asked in this order")
    merge: PlugSpec = Field(
        default=PlugSpec(kind="interleave"), description="makes one list of all proposals"
    )
    rankers: tuple[PlugSpec, ...] = Field(default=(), description="applied in this order")
    rules: RulesConfig = Field(
        default=RulesConfig(), description="filters, boosts, pins and lists of the owner"
    )
    gate: GateConfig = Field(
        default=GateConfig(), description="the last gate's policy; it cannot be left out"
    )
    fallback: SourceSpec | None = Field(
        default=None, description="fills lists that came out short; its items pass the gate too"
    )
    oversample: float = Field(
        default=5.0, ge=1, description="candidates asked of a source for each item to be shown"
    )
    pool: int = Field(default=100, ge=1, description="least candidates asked of a source")
    meaning: ScoreCalibrationConfig | None = Field(
        default=None, description="chances of scores; none: what a ranker has learnt, or nothing"
    )
    crowd: PopularityPrior | None = Field(
        default=None,
        description="who leads, and how much popularity counts, while little is known of somebody; "
        "none: by rule",
    )

    @model_validator(mode="after")
    def _names_are_distinct(self) -> "PipelineConfig":
        names = [source.called for source in self.sources]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ConfigError(f"pipeline {self.name!r}: two sources are called {twice[0]!r}")
        return self

    def through_index(self, model: str, index: str) -> "PipelineConfig":
        """The same, with an index asked where a model's scores of the whole catalog were."""

        def asked(source: SourceSpec) -> SourceSpec:
            if source.kind not in ("scored", "indexed") or source.config.get("model") != model:
                return source
            config = {"model": model, "index": index}
            return SourceSpec(
                kind="indexed",
                name=source.called,
                share=source.share,
                quota=source.quota,
                config=config,
            )

        return self.model_copy(update={"sources": tuple(map(asked, self.sources))})
