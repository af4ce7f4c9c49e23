"""The only door of this app to the engine. Plain Python on this side, arrays on the other."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from omakase.artifacts.versions import Version
from omakase.errors import CapabilityError, OmakaseError, UnknownName
from omakase.pipeline.pipeline import Pipeline
from omakase.queries import Seen, marked, one_query
from omakase.registry import build_pipeline, version_store
from omakase_service.catalog.contracts import ItemCard

POPULAR = "popular"
"""Answers where there is nothing to go by; every version has it."""


NEIGHBOURS = "user_knn"
"""The model that knows who is like whom."""

EngineRefusal = OmakaseError
"""What opening a version raises where it is missing or damaged."""


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

    @classmethod
    def load(cls, folder: Path, name: str, best: str, cards: Mapping[str, ItemCard]) -> "Live":
        """Open a version; its arrays are read when they are first touched.

        Raises:
            ArtifactError: it is damaged or foreign.
        """
        opened = version_store(folder).open(name)
        offered = {key: card.offered for key, card in cards.items()}
        mask = marked(opened.ids.items, offered)
        pipelines = {
            key: build_pipeline(config, opened, available=mask)
            for key, config in opened.pipelines.items()
        }
        return cls(name, best, opened, MappingProxyType(pipelines), MappingProxyType(dict(cards)))

    def with_cards(self, cards: Mapping[str, ItemCard], *, whole: bool) -> "Live":
        """The same models over a changed catalog: `cards` alone, or over those from before."""
        kept = dict(cards) if whole else {**self.cards, **cards}
        offered = {key: card.offered for key, card in cards.items()}
        before = None if whole else next(iter(self.pipelines.values())).gate.available
        mask = marked(self.opened.ids.items, offered, before=before)
        pipelines = {key: each.with_available(mask) for key, each in self.pipelines.items()}
        return replace(self, pipelines=MappingProxyType(pipelines), cards=MappingProxyType(kept))

    def recommend(
        self,
        *,
        model: str,
        n: int,
        user_id: str = "",
        history: Sequence[Seen] = (),
        exclude: Iterable[str] = (),
        now: int = 0,
    ) -> list[tuple[str, float]]:
        """At most n (item id, score), best first; nothing excluded, seen or not offered.

        Args:
            model: its name in the version.
            history: (item id, signed weight, Unix seconds), oldest first.

        Raises:
            UnknownName: the version has no such model.
        """
        asked = one_query(
            self.opened.ids, user_id=user_id, history=history, exclude=exclude, now=now
        )
        slate = self.pipeline(model).recommend(asked, n)
        ids = self.opened.ids.items.ids
        return [(ids[row], score) for row, score in slate.lists()[0]]

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
