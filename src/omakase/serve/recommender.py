"""A version opened for asking, by ids, without a server."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal, Self

import numpy as np

from omakase.artifacts.version import Version
from omakase.build.version import BuildResult
from omakase.errors import UnknownIds
from omakase.explain.reasons import reasons
from omakase.explain.templates import sentence
from omakase.pipeline.pipeline import Pipeline
from omakase.queries import one_query
from omakase.registry import build_pipeline, version_store
from omakase.scoring import similar_items
from omakase.types import PAD, Slate

Language = Literal["en", "ko"]


@dataclass(frozen=True, slots=True)
class RankedItem:
    """One place of a list.

    Attributes:
        score: of the pipeline; higher is better, of no fixed scale.
        reason: why it is there, for people; "" where it was not asked for.
    """

    item_id: str
    title: str
    score: float
    reason: str = ""


@dataclass(frozen=True)
class Recommender:
    """A version that answers by ids.

    Attributes:
        version: itself.
        model: the name of the pipeline that answers.
    """

    version: Version
    model: str

    @classmethod
    def of(cls, built: BuildResult) -> Self:
        """What was just built, its best model answering."""
        return cls(built.version, built.best)

    @classmethod
    def open(cls, folder: Path | str, model: str, *, version: str | None = None) -> Self:
        """A version of a folder of versions, by itself the newest.

        Raises:
            ArtifactError: it is damaged or of another release.
            UnknownName: it has no such model.
        """
        store = version_store(Path(folder))
        return cls(store.open(version or store.names()[-1]), model)

    def recommend(
        self,
        history: Sequence[str],
        n: int = 10,
        *,
        exclude: Sequence[str] = (),
        explain: bool = False,
        language: Language = "en",
    ) -> list[RankedItem]:
        """The best n items for somebody who did something with these items, oldest first.

        Items that the version does not know are left out of the history. What is in the history
        does not come back.
        """
        queries = one_query(
            self.version.ids, history=[(item, 1.0, 0) for item in history], exclude=exclude
        )
        slate = self._pipeline.recommend(queries, n)
        if not explain:
            return self._ranked_items(slate)
        why = reasons(self._pipeline, queries, slate)[0]
        return self._ranked_items(slate, [sentence(each, self._title, language) for each in why])

    def similar(self, item_id: str, n: int = 10) -> list[RankedItem]:
        """The n items most like one.

        Raises:
            UnknownIds: the version does not know it.
            CapabilityError: the model cannot compare items.
        """
        row = self.version.ids.items.row(item_id)
        if row == PAD:
            raise UnknownIds([item_id])
        model = self.version.model(self.model)
        return self._ranked_items(similar_items(model, np.asarray([row], dtype=np.int32), n))

    @cached_property
    def _pipeline(self) -> Pipeline:
        return build_pipeline(self.version.pipelines[self.model], self.version)

    def _ranked_items(self, slate: Slate, why: Sequence[str] = ()) -> list[RankedItem]:
        return [
            RankedItem(
                self.version.ids.items.ids[row],
                self._title(row),
                float(score),
                why[place] if why else "",
            )
            for place, (row, score) in enumerate(slate.lists()[0])
        ]

    def _title(self, row: int) -> str:
        title = self.version.card(row).get("title")
        return str(title or self.version.ids.items.ids[row])
