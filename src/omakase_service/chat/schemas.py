"""What is asked over HTTP and what is told."""

from dataclasses import asdict
from typing import Annotated, Any, Literal

from ninja import Field, Schema

from omakase_service.chat.contracts import ChatReply, FoundItem
from omakase_service.platform.requests import ServiceRequest
from omakase_service.platform.strict_schema import Strict
from omakase_service.platform.text import Id, Text, Word
from omakase_service.serving.contracts import ResultItem
from omakase_service.serving.schemas.requests import N
from omakase_service.serving.schemas.responses import (
    Recommendations,
    RecommendedItem,
    answer_fields,
    item_fields,
)

Message = Annotated[Text, Field(min_length=1, max_length=2000)]


class ChatRequest(Strict):
    """A message of a conversation."""

    message: Message
    conversation_id: Word | None = Field(default=None, description="none begins a new one")
    user_id: Id | None = None
    session_id: Id | None = Field(default=None, description="of somebody without an account")
    n: N = 5
    remove: list[Word] = Field(
        default=[], max_length=50, description="keys of chips (`applied`) to take away first"
    )
    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)
    language: Literal["en", "ko"] | None = Field(
        default=None, description="of the answer; by itself the message's"
    )
    placement: Word = Field(default="", description="where it is shown; by itself the setting's")

    @property
    def location(self) -> tuple[float, float] | None:
        """Where they are, in degrees; None where they do not say both."""
        if self.latitude is None or self.longitude is None:
            return None
        return self.latitude, self.longitude


class ChipOut(Schema):
    """Something that holds in the conversation."""

    key: str = Field(description="send it in `remove` to take it away")
    kind: str
    label: str


class EntityOut(Schema):
    """Something of the catalog that the message names."""

    kind: str = Field(description="category, brand, tag, district or title")
    names: list[str] = Field(description="in the catalog; item ids of a title")
    surface: str = Field(description="in the message")
    likeness: float = Field(description="1: spelt as the catalog has it")


class AlternativeOut(Schema):
    """Another intent that the message might have."""

    intent: str
    chance: float


class SlotOut(Schema):
    """Words that a trained model labels."""

    label: str
    text: str


class UnderstandingOut(Schema):
    """What the message was taken for."""

    intent: str = Field(
        description="recommend, budget, place, similar, detail, compare, why, critique, chitchat, "
        "out_of_scope, stop"
    )
    confidence: float = Field(description="0..1; 1: a rule decided")
    language: str
    alternatives: list[AlternativeOut]
    entities: list[EntityOut]
    filter: str = Field(description="in the rules language, as for recommendations")
    query: str = Field(description="words that were searched for")
    slots: list[SlotOut]


class ChatOut(Schema):
    """The answer to a message."""

    conversation_id: str
    turn: int
    understanding: UnderstandingOut
    applied: list[ChipOut]
    dropped: list[ChipOut] = Field(description="what nothing meets besides; the answer says so")
    impossible: list[ChipOut] = Field(
        description="diets and allergies that nothing meets; then there is no list"
    )
    recommendations: Recommendations | None = Field(
        description="none: the message asks for no list"
    )
    answer: str
    written_by: str = Field(description="template, or the language model that rewrote it")


class ChatFeedbackIn(Strict):
    """How somebody liked a conversation."""

    user_id: Id | None = None
    session_id: Id | None = None
    satisfaction: int | None = Field(default=None, ge=1, le=5)
    turn: int | None = Field(
        default=None, ge=1, description="which answer the satisfaction is of; none: all of the talk"
    )
    chosen: list[Id] = Field(default=[], max_length=100, description="item ids")


class SearchQuery(Strict):
    """Words to search for."""

    q: Message = Field(description="words; typing mistakes are forgiven")
    n: N = 10
    user_id: Id | None = Field(default=None, description="for a personal order, if that is set")
    session_id: Id | None = None


class SearchOut(Schema):
    """Items that fit, best first."""

    items: list[RecommendedItem]
    total: int
    request_id: str


def reply_fields(request: ServiceRequest, reply: ChatReply) -> dict[str, Any]:
    """A reply as a client sees it; see `ChatOut`."""
    listed = answer_fields(request, reply.recommendation) if reply.recommendation else None
    return {**spoken_fields(reply), "recommendations": listed}


def spoken_fields(reply: ChatReply) -> dict[str, Any]:
    """The same without the list."""
    reading = reply.understanding
    return {
        "conversation_id": reply.conversation_id,
        "turn": reply.turn,
        "understanding": {
            "intent": reading.intent,
            "confidence": reading.confidence,
            "language": reading.language,
            "alternatives": [{"intent": i, "chance": c} for i, c in reading.alternatives],
            "entities": [
                {name: entity[name] for name in ("kind", "names", "surface", "likeness")}
                for entity in reading.entities
            ],
            "filter": reading.filter,
            "query": reading.query,
            "slots": [{"label": label, "text": text} for label, text in reading.slots],
        },
        "applied": [asdict(chip) for chip in reply.applied],
        "dropped": [asdict(chip) for chip in reply.dropped],
        "impossible": [asdict(chip) for chip in reply.impossible],
        "answer": reply.answer,
        "written_by": reply.written_by,
    }


def hit_fields(found: list[FoundItem]) -> list[dict[str, Any]]:
    """Items of a search in the form that items have everywhere."""
    return [item_fields(ResultItem(hit.card, hit.score, hit.rank)) for hit in found]
