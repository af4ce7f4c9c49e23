"""Cold starts by name: who is asked for, and which pipeline is theirs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from omakase.arrays.lists import nothing
from omakase.pipeline.config import PipelineConfig, PlugSpec, SourceSpec
from omakase.pipeline.pipeline import Pipeline
from omakase.types import PAD, Queries, Slate

Path = Literal["stranger", "profile", "session", "few", "known"]
PATHS: Final[tuple[Path, ...]] = ("stranger", "profile", "session", "few", "known")
FEW: Final = 5
"""Events from which a person is known."""


@dataclass(frozen=True)
class Paths:
    """A pipeline for each case of a cold start.

    `stranger`: no event and no profile, also an id that nobody knows; `profile`: no event, but
    the person has said what they like; `session`: events of somebody without an id; `few`: fewer
    than five events; `known`: all others.

    Attributes:
        pipelines: one for each of `PATHS`.
        likes: attributes of people that count as a profile.
    """

    pipelines: Mapping[Path, Pipeline]
    likes: tuple[str, ...] = ("categories",)

    @classmethod
    def of(
        cls,
        build: Callable[[PipelineConfig], Pipeline],
        known: PipelineConfig,
        *,
        profiled: bool = True,
        content: str | None = None,
    ) -> "Paths":
        """From the pipeline of known people and what the version offers beside it.

        Args:
            build: makes a pipeline, as `registry.build_pipeline` over a version does.
            known: for people with events enough; its fallback is what strangers get.
            profiled: whether items have the column that profiles name values of.
            content: a model of what items are, which needs few events; None where there is none.
        """
        made = configurations(known, profiled=profiled, content=content)
        return cls({path: build(config) for path, config in made.items()})

    def recommend(self, queries: Queries, k: int) -> Slate:
        """(B, k), each query answered by the pipeline of its path."""
        names = np.asarray(self.paths(queries))
        answer = nothing(len(queries), k)
        for path in PATHS:
            rows = np.flatnonzero(names == path).astype(np.int32)
            if len(rows):
                slate = self.pipelines[path].recommend(queries[rows], k)
                answer.items[rows], answer.scores[rows] = slate.items, slate.scores
        return answer

    def paths(self, queries: Queries) -> Sequence[Path]:
        """The path of each query."""
        events = (queries.history != PAD).sum(axis=1)
        return [self._path(queries, b, int(count)) for b, count in enumerate(events)]

    def _path(self, queries: Queries, b: int, events: int) -> Path:
        if not events:
            told = queries.contexts[b].user if queries.contexts else {}
            return "profile" if any(told.get(name) for name in self.likes) else "stranger"
        if queries.users[b] == PAD:
            return "session"
        return "few" if events < FEW else "known"


def configurations(
    known: PipelineConfig, *, profiled: bool = True, content: str | None = None
) -> dict[Path, PipelineConfig]:
    """A configuration for each path; see `Paths.of`. All keep the rules and the gate of `known`.

    Strangers get what fills up the lists of the known (popular, as a rule) and a tenth of what is
    new; a profile leads; with few events content leads, where there is such a model.
    """
    popular = known.fallback or SourceSpec(kind="fixed", config={"model": "popular"})
    crowd = popular.model_copy(update={"name": "crowd", "share": 0.9})
    fresh = SourceSpec(kind="fixed", name="fresh", share=0.1, config={"model": "newest"})
    said = SourceSpec(kind="preferred", name="said", share=1.0)
    stranger = _with(known, "stranger", (crowd, fresh), "interleave")
    profile = _with(known, "profile", (said, crowd), "cascade") if profiled else stranger
    few = known.model_copy(update={"name": "few"})
    if content:
        near = SourceSpec(kind="scored", name="near", share=0.5, config={"model": content})
        few = known.model_copy(update={"name": "few", "sources": (*known.sources, near)})
    session = few.model_copy(update={"name": "session"})
    return {
        "stranger": stranger,
        "profile": profile.model_copy(update={"name": "profile"}),
        "session": session,
        "few": few,
        "known": known,
    }


def _with(
    known: PipelineConfig, name: str, sources: tuple[SourceSpec, ...], merge: str
) -> PipelineConfig:
    """The same rules, gate and fallback over other sources, without what ranks the known."""
    spec = PlugSpec(kind=merge)
    return known.model_copy(update={"name": name, "sources": sources, "merge": spec, "rankers": ()})
