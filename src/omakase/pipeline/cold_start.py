"""Cold starts by name: who is asked for, and which pipeline is theirs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np

from omakase.arrays.lists import nothing
from omakase.pipeline.config import PipelineConfig, PlugSpec, SourceSpec
from omakase.pipeline.drawn import scattered
from omakase.pipeline.pipeline import Pipeline
from omakase.types import PAD, Queries, Slate

Path = Literal["stranger", "profile", "session", "few", "known"]
PATHS: Final[tuple[Path, ...]] = ("stranger", "profile", "session", "few", "known")
FEW: Final = 5
"""Events from which a person is known, where that has not been learnt."""
LIKES: Final[Mapping[str, str]] = {"categories": "category", "brands": "brand"}
"""Attributes of people that count as a profile, and the columns of items that they name."""


@dataclass(frozen=True)
class Offers:
    """What a version offers to somebody of whom little is known.

    Attributes:
        likes: attributes of people, and the columns of items whose values they name; may be empty.
        content: a model of what items are, which needs few events; None where there is none.
        crowd: how much popularity counts beside one model while events are few, where that has
            not been learnt.
        newest: whether there is a model of what is new.
        exploration: share of the places that strangers and profiles get from it, 0..0.5.
        draws: whether those places are drawn, with their probability in the log.
    """

    likes: Mapping[str, str]
    content: str | None = None
    crowd: float = 1.0
    newest: bool = True
    exploration: float = 0.1
    draws: bool = False


@dataclass(frozen=True)
class Paths:
    """A pipeline for each case of a cold start; see `path_of`.

    Attributes:
        pipelines: one for each of `PATHS`.
        likes: attributes of people that count as a profile.
        few: events from which somebody is known.
    """

    pipelines: Mapping[Path, Pipeline]
    likes: tuple[str, ...] = tuple(LIKES)
    few: int = FEW

    @classmethod
    def of(
        cls, build: Callable[[PipelineConfig], Pipeline], known: PipelineConfig, offers: Offers
    ) -> "Paths":
        """From the pipeline of known people and what the version offers beside it.

        Args:
            build: makes a pipeline, as `registry.build_pipeline` over a version does.
            known: for people with events enough; its fallback is what strangers get.
        """
        configs = configurations(known, offers)
        return cls({path: build(config) for path, config in configs.items()}, few=known_from(known))

    def recommend(self, queries: Queries, k: int) -> Slate:
        """(B, k), each query answered by the pipeline of its path."""
        names = np.asarray(self.paths(queries))
        answer = nothing(len(queries), k)
        for path in PATHS:
            rows = np.flatnonzero(names == path).astype(np.int32)
            if len(rows):
                slate = self.pipelines[path].recommend(queries[rows], k)
                answer = scattered(rows, slate, answer)
        return answer

    def paths(self, queries: Queries) -> Sequence[Path]:
        """The path of each query; who has no row has no name."""
        events = (queries.history != PAD).sum(axis=1)
        return [
            path_of(
                int(count),
                named=queries.users[b] != PAD,
                told=self._has_profile(queries, b),
                few=self.few,
            )
            for b, count in enumerate(events)
        ]

    def _has_profile(self, queries: Queries, b: int) -> bool:
        profile = queries.contexts[b].user if queries.contexts else {}
        return any(profile.get(name) for name in self.likes)


def path_of(events: int, *, named: bool, told: bool, few: int = FEW) -> Path:
    """The case of somebody.

    `stranger`: no event and no profile, also an id that nobody knows; `profile`: no event, but
    the person has said what they like; `session`: too few events to be known, of somebody without
    an id; `few`: the same of a user; `known`: all others.

    Args:
        events: that the models can make something of.
        named: whether it is a user.
        told: whether they have said what they like.
        few: events from which somebody is known; see `known_from`.
    """
    if not events:
        return "profile" if told else "stranger"
    if events >= few:
        return "known"
    return "few" if named else "session"


def known_from(known: PipelineConfig) -> int:
    """Events from which somebody is known to this pipeline: as learnt, else `FEW`."""
    return known.crowd.known if known.crowd else FEW


def configurations(known: PipelineConfig, offers: Offers) -> dict[Path, PipelineConfig]:
    """A configuration for each path; see `path_of`. All keep the rules and the gate of `known`.

    Strangers get what is popular where they are, then what fills up the lists of the known
    (popular, as a rule); a profile leads where there is one. A share of either is kept for what is
    new. With few events popularity counts beside the models, or beside one that does better there
    (both as was learnt, `PipelineConfig.crowd`), as does content where there is such a model and
    the known do not hear them anyway; a ranker that has learnt what to make of few events is left
    alone.
    """
    popular = known.fallback or _fixed_source("popular")
    crowd = popular.model_copy(update={"name": "crowd"})
    rest = [crowd, *([_fixed_source("newest")] if offers.newest else [])]
    context_source = SourceSpec(kind="context", name="here")
    preferred_source = SourceSpec(
        kind="preferred", name="said", config={"likes": dict(offers.likes)}
    )
    share = offers.exploration if offers.newest else 0.0
    first = (preferred_source, context_source) if offers.likes else (context_source,)
    configs: dict[Path, PipelineConfig] = {
        "stranger": _with(known, (context_source, *rest), share, draws=offers.draws),
        "profile": _with(known, (*first, *rest), share, draws=offers.draws),
        "session": _few(known, crowd, offers),
        "few": _few(known, crowd, offers),
    }
    named = {path: config.model_copy(update={"name": path}) for path, config in configs.items()}
    return {**named, "known": known}


def _few(known: PipelineConfig, crowd: SourceSpec, offers: Offers) -> PipelineConfig:
    """What is known of somebody after an event or two is less than what is known of all."""
    sources = _leading(known)
    leads = {source.config.get("model") for source in sources}
    if offers.content and offers.content not in leads:
        near = {"model": offers.content}
        sources = (*sources, SourceSpec(kind="scored", name="near", share=0.5, config=near))
    changed: dict[str, Any] = {"sources": sources}
    if not known.rankers and crowd.config.get("model") not in leads:
        share, merge = _weighing(known, offers)
        changed |= {"sources": (*sources, crowd.model_copy(update={"share": share}))}
        # what the scores of the known mean was found without the crowd
        changed |= {"merge": merge, "meaning": known.crowd.meaning if known.crowd else None}
    return known.model_copy(update=changed)


def _leading(known: PipelineConfig) -> tuple[SourceSpec, ...]:
    """The sources of the known, or the model that was learnt to do better with few events."""
    if not (known.crowd and known.crowd.lead):
        return known.sources
    lead = known.crowd.lead
    return (SourceSpec(kind="scored", name=lead, config={"model": lead}),)


def _weighing(known: PipelineConfig, offers: Offers) -> tuple[float, PlugSpec]:
    """The share of the crowd, and the merge that heeds it: by number of events where learnt."""
    learnt = known.crowd
    if learnt is None or not learnt.events:
        return offers.crowd, PlugSpec(kind="weighted")
    steps = learnt.model_dump(include={"events", "shares"})
    return 1.0, PlugSpec(kind="fading", config=steps)


def _fixed_source(model: str) -> SourceSpec:
    return SourceSpec(kind="fixed", name=model, config={"model": model})


def _with(
    known: PipelineConfig, sources: tuple[SourceSpec, ...], share: float, *, draws: bool
) -> PipelineConfig:
    """The same rules, gate and fallback over other sources, without what ranks the known."""
    merge = PlugSpec(kind="exploring", config={"share": share, "draws": draws})
    changed = {"sources": sources, "merge": merge, "rankers": (), "meaning": None}
    return known.model_copy(update=changed)
