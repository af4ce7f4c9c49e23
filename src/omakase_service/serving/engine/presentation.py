"""What the engine found, told to people: ids for rows, sentences for reasons."""

from collections.abc import Mapping
from dataclasses import dataclass

from omakase.artifacts.version import Version
from omakase.explain.reasons import Reason
from omakase.explain.templates import fate_sentence, sentence
from omakase.explain.trace import Trace
from omakase_service.catalog.contracts import ItemCard
from omakase_service.serving.contracts import (
    CitedEvidence,
    ItemReason,
    Language,
    RequestTrace,
    TraceStage,
)
from omakase_service.serving.engine.contracts import EngineRequest


@dataclass(frozen=True, slots=True)
class Presenter:
    """Words for what a version found, with the titles of the catalog as it is now."""

    opened: Version
    cards: Mapping[str, ItemCard]

    def why(self, reason: Reason, language: Language) -> ItemReason:
        """One reason, as people read it."""
        ids = self.opened.ids.items.ids
        cited = {
            row: CitedEvidence(ids[row], self._title(ids[row]), round(share, 4))
            for row, share in reason.because
        }
        return ItemReason(
            text=sentence(reason, lambda row: cited[row].title, language),
            primary=reason.primary,
            confidence=round(reason.confidence, 4),
            because=tuple(cited.values()),
            algorithms=tuple((name, index + 1) for name, index in reason.algorithms),
        )

    def present_trace(
        self,
        found: Trace,
        ask: EngineRequest,
        version: str,
        item_id: str | None,
        language: Language,
    ) -> RequestTrace:
        """What each stage made of the request, and of one item; see `Traced`."""
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
        return RequestTrace(
            algorithm=ask.algorithm,
            version=version,
            events=len(ask.history),
            stages=stages,
            items=tuple((ids[item], score) for item, score in found.answer),
            whys=tuple(self.why(reason, language) for reason in found.reasons),
            shown=fate.shown if fate else None,
            lost_at=fate.lost_at if fate else "",
            reason=fate.reason if fate else "",
            told=self._fate(found, item_id or "", language),
        )

    def _fate(self, found: Trace, item_id: str, language: Language) -> str:
        """What became of the item that was asked about, and why it is there if it is."""
        if found.fate is None:
            return ""
        sentence = fate_sentence(found.fate, self._title(item_id), language)
        if not found.fate.shown:
            return sentence
        row = self.opened.ids.items.row(item_id)
        index = [item for item, _ in found.answer].index(row)
        return f"{sentence} {self.why(found.reasons[index], language).text}"

    def _title(self, item_id: str) -> str:
        card = self.cards.get(item_id)
        return card.title if card and card.title else item_id
