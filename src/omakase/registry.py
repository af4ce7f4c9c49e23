"""Names to classes: the one place that knows every implementation.

A new algorithm touches two files: its own, and the line it gets here.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from omakase.artifacts.versions import VersionStore
from omakase.data.dataset import Dataset
from omakase.data.earlier_fit import EarlierFit
from omakase.errors import CapabilityError, ConfigError, UnknownName
from omakase.index.exact import ExactIndex
from omakase.index.pgvector import PgvectorIndex
from omakase.index.qdrant import QdrantIndex
from omakase.index.with_faiss.flat import FaissFlat
from omakase.index.with_faiss.hnsw import FaissHnsw
from omakase.index.with_faiss.ivf import FaissIvf, FaissProduct, FaissScalar
from omakase.models.biased_mf import BiasedMf
from omakase.models.bpr import Bpr
from omakase.models.bspm import Bspm
from omakase.models.content import Content
from omakase.models.ease import Ease
from omakase.models.gf_cf import GfCf
from omakase.models.graph_filter import GraphFilter
from omakase.models.ials import Ials
from omakase.models.item_knn import ItemKnn
from omakase.models.neumf import NeuMf
from omakase.models.newest import Newest
from omakase.models.popular import Popular
from omakase.models.pruned_ease import PrunedEase
from omakase.models.pure_svd import PureSvd
from omakase.models.random import Random
from omakase.models.sasrec import SasRec
from omakase.models.sparse_ease import SparseEase
from omakase.models.transitions import Transitions
from omakase.models.trending import Trending
from omakase.models.two_tower import TwoTower
from omakase.models.user_knn import UserKnn
from omakase.models.wide_deep import WideDeep
from omakase.pipeline.config import PipelineConfig, PlugSpec, SourceSpec
from omakase.pipeline.merges import (
    Cascade,
    Exploring,
    Fading,
    Interleave,
    ReciprocalRanks,
    Switching,
    WeightedScores,
)
from omakase.pipeline.pipeline import Pipeline, Proposer
from omakase.pipeline.rules import NO_RULES, CompiledRules, RulesConfig
from omakase.protocols import Model, Parts, Ranker, Source, VectorIndex, WarmStarts
from omakase.rankers.calibrated import Calibrated
from omakase.rankers.caps import Caps
from omakase.rankers.cut import Cut
from omakase.rankers.dpp import Dpp
from omakase.rankers.epsilon_greedy import EpsilonGreedy
from omakase.rankers.gate import Gate
from omakase.rankers.linucb import LinUcb
from omakase.rankers.mmr import Mmr
from omakase.rankers.novelty import Novelty
from omakase.rankers.scores import ScoresRanker
from omakase.rankers.softmax import Softmax
from omakase.rankers.stacked import Stacked
from omakase.rankers.thompson import Thompson
from omakase.rankers.weighted import Weighted
from omakase.sources.blend import BlendSource
from omakase.sources.context import ContextSource
from omakase.sources.fixed import FixedSource
from omakase.sources.indexed import IndexedSource
from omakase.sources.item_to_item import ItemToItemSource
from omakase.sources.preferred import PreferredSource
from omakase.sources.scored import ScoredSource
from omakase.stacking.calibration import ScoreCalibration
from omakase.types import Config, Progress, silent

MODELS: Mapping[str, type[Model[Any]]] = MappingProxyType(
    {
        "biased_mf": BiasedMf,
        "bpr": Bpr,
        "bspm": Bspm,
        "content": Content,
        "ease": Ease,
        "gf_cf": GfCf,
        "graph_filter": GraphFilter,
        "ials": Ials,
        "item_knn": ItemKnn,
        "neumf": NeuMf,
        "newest": Newest,
        "popular": Popular,
        "pruned_ease": PrunedEase,
        "pure_svd": PureSvd,
        "random": Random,
        "sasrec": SasRec,
        "sparse_ease": SparseEase,
        "transitions": Transitions,
        "trending": Trending,
        "two_tower": TwoTower,
        "user_knn": UserKnn,
        "wide_deep": WideDeep,
    }
)
INDEXES: Mapping[str, type[VectorIndex]] = MappingProxyType(
    {
        "exact": ExactIndex,
        "faiss_flat": FaissFlat,
        "faiss_hnsw": FaissHnsw,
        "faiss_ivf": FaissIvf,
        "faiss_pq": FaissProduct,
        "faiss_sq": FaissScalar,
        "pgvector": PgvectorIndex,
        "qdrant": QdrantIndex,
    }
)
SOURCES: Mapping[str, type[Any]] = MappingProxyType(
    {
        "blend": BlendSource,
        "context": ContextSource,
        "fixed": FixedSource,
        "indexed": IndexedSource,
        "item_to_item": ItemToItemSource,
        "preferred": PreferredSource,
        "scored": ScoredSource,
    }
)
MERGES: Mapping[str, type[Any]] = MappingProxyType(
    {
        "cascade": Cascade,
        "exploring": Exploring,
        "fading": Fading,
        "interleave": Interleave,
        "rrf": ReciprocalRanks,
        "switching": Switching,
        "weighted": WeightedScores,
    }
)
RANKERS: Mapping[str, type[Any]] = MappingProxyType(
    {
        "calibrated": Calibrated,
        "caps": Caps,
        "cut": Cut,
        "dpp": Dpp,
        "epsilon_greedy": EpsilonGreedy,
        "gate": Gate,
        "linucb": LinUcb,
        "mmr": Mmr,
        "novelty": Novelty,
        "scores": ScoresRanker,
        "softmax": Softmax,
        "stacked": Stacked,
        "thompson": Thompson,
        "weighted": Weighted,
    }
)


def version_store(folder: Path) -> VersionStore:
    """The versions in a folder, read with the models and indexes of this release."""
    return VersionStore(folder, MODELS, INDEXES)


EXTRAS: Mapping[str, str] = MappingProxyType(
    {
        "torch": "deep",
        "onnx": "deep",
        "onnxscript": "deep",
        "kiwipiepy": "text",
        "sentence_transformers": "embeddings",
        "lightgbm": "rank",
        "qdrant_client": "qdrant",
    }
)
"""Packages of optional extras, by the names that they are imported under."""


def fit_model(
    name: str, data: Dataset, config: Config, *, seed: int = 0, progress: Progress = silent
) -> Model[Any]:
    """A model by its name, learnt with a fresh random stream of this seed.

    Raises:
        UnknownName: no such model.
        CapabilityError: it needs a package that is not installed.
    """
    with _named_extra(name):
        return _model(name).fit(data, config, rng=np.random.default_rng(seed), progress=progress)


def refit_model(
    name: str,
    previous: Model[Any],
    earlier: EarlierFit,
    data: Dataset,
    config: Config,
    *,
    seed: int = 0,
    progress: Progress = silent,
) -> Model[Any]:
    """A model brought up to date: from an earlier fit where it can go on from one, else anew.

    Raises:
        UnknownName, CapabilityError: as `fit_model`.
    """
    kind: Any = _model(name)
    if not issubclass(kind, WarmStarts):
        return fit_model(name, data, config, seed=seed, progress=progress)
    rng = np.random.default_rng(seed)
    with _named_extra(name):
        return kind.refit(previous, earlier, data, config, rng=rng, progress=progress)


def _model(name: str) -> type[Model[Any]]:
    if name not in MODELS:
        raise UnknownName("model", name, MODELS)
    return MODELS[name]


@contextmanager
def _named_extra(name: str) -> Iterator[None]:
    """A package that is missing is said by the extra that brings it."""
    try:
        yield
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package not in EXTRAS:
            raise
        extra = EXTRAS[package]
        raise CapabilityError(
            f"{name} needs {package}, which is not installed: pip install 'omakase-recsys[{extra}]'"
        ) from error


def build_pipeline(
    config: PipelineConfig | Mapping[str, Any],
    parts: Parts,
    *,
    available: NDArray[np.bool_] | None = None,
    made: dict[str, Source] | None = None,
) -> Pipeline:
    """A pipeline ready to answer.

    Args:
        config: itself, or as it lies in `Version.pipelines`.
        parts: where its models and indexes are: an opened `Version`.
        available: (N,) False where an item is hidden, inactive or out of stock; None: all are.
        made: sources of other pipelines over the same parts; what is alike is made once, and what
            is made here is put in. A list of all items takes time and memory.

    Raises:
        UnknownName: a source, merge, ranker, model or index that there is not.
        ConfigError: the configuration, or the knobs of one of its parts, are not valid.
        CapabilityError: a model does not offer what its source or ranker needs.
        ArtifactError: a part of the version is damaged.
    """
    checked = (
        config if isinstance(config, PipelineConfig) else PipelineConfig.checked(config, "pipeline")
    )
    merge, sources = checked.merge, {} if made is None else made
    _check_draws(checked)
    pipeline = Pipeline(
        name=checked.name,
        proposers=tuple(
            Proposer(_source(spec, parts, sources), spec.share, spec.quota)
            for spec in checked.sources
        ),
        merge=_plug("merge", MERGES, merge)(_knobs("merge", MERGES, merge)),
        rankers=tuple(_ranker(spec, parts) for spec in checked.rankers),
        gate=Gate.of(checked.gate, parts),
        fallback=None if checked.fallback is None else _source(checked.fallback, parts, sources),
        rules=_rules(checked.rules, parts),
        oversample=checked.oversample,
        pool=checked.pool,
        meaning=None if checked.meaning is None else ScoreCalibration.restored(checked.meaning),
    )
    return pipeline if available is None else pipeline.with_available(available)


def _check_draws(config: PipelineConfig) -> None:
    """At most one part draws, for the chances of two draws together are nobody's."""
    drawing = [spec.kind for spec in config.rankers if hasattr(RANKERS.get(spec.kind), "draw")]
    if len(drawing) > 1:
        raise ConfigError(
            f"pipeline {config.name!r}: rankers {' and '.join(drawing)} both draw; keep one, or "
            "the log could not say how likely a list was"
        )
    if config.merge.config.get("draws") and config.rankers:
        raise ConfigError(
            f"pipeline {config.name!r}: merge {config.merge.kind} draws, so no ranker may follow; "
            f"take out {', '.join(spec.kind for spec in config.rankers)}, or set draws to false "
            "and use a ranker that draws (epsilon_greedy, softmax, thompson)"
        )


def _rules(config: RulesConfig, parts: Parts) -> CompiledRules:
    """Without rules the items, which may be millions, are not read."""
    return NO_RULES if config == RulesConfig() else CompiledRules.of(config, parts.items)


def _source(spec: SourceSpec, parts: Parts, made: dict[str, Source]) -> Source:
    cls = _plug("source", SOURCES, spec)
    name = spec.model_dump_json(exclude={"share", "quota"})
    if name not in made:
        made[name] = cls.of(spec.called, _knobs("source", SOURCES, spec), parts)
    return made[name]


def _ranker(spec: PlugSpec, parts: Parts) -> Ranker:
    return _plug("ranker", RANKERS, spec).of(_knobs("ranker", RANKERS, spec), parts)


def _plug(what: str, known: Mapping[str, type[Any]], spec: PlugSpec) -> type[Any]:
    if spec.kind not in known:
        raise UnknownName(what, spec.kind, known)
    return known[spec.kind]


def _knobs(what: str, known: Mapping[str, type[Any]], spec: PlugSpec) -> Config:
    return _plug(what, known, spec).config_type.checked(spec.config, f"{what} {spec.kind}")
