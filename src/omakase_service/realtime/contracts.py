"""The messages that a page may send. No Django."""

from typing import Annotated, Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, TypeAdapter

from omakase_service.platform.text import Id, Word
from omakase_settings import settings

N = Annotated[int, Field(ge=1, le=settings().serving.max_n)]
Ids = Annotated[list[Id], Field(max_length=1000)]
Language = Literal["en", "ko"]
Fields = Annotated[list[Word], Field(max_length=40)]
Plain = str | int | float | bool | None
"""A value of an event: it holds no others."""

Diversity = Annotated[float, Field(ge=0, le=1)]


class Message(BaseModel):
    """What every message may carry.

    Attributes:
        ref: of the page's own choice; the answer names it.
    """

    model_config = ConfigDict(extra="forbid")

    ref: Word | None = None


class NamedMessage(Message):
    """About a person: with a token its own, who need not be named."""

    user_id: Id | None = None
    session_id: Id | None = None


class ListMessage(NamedMessage):
    """What every list may be asked with.

    Attributes:
        diversity: 0 by score alone … 1 as varied as can be; none: what the person wishes.
        fields: of the catalog that each item tells beside, under `attributes`.
    """

    n: N = settings().serving.default_n
    model: Word | None = None
    language: Language = "en"
    diversity: Diversity | None = None
    fields: Fields = []


class GetRecommendations(ListMessage):
    """One list, now."""

    type: Literal["get_recommendations"]
    exclude: Ids = []


class RecordInteraction(Message):
    """Something that the person did: what `POST /api/events` takes."""

    type: Literal["record_interaction"]
    event: dict[str, Plain]


class GetSimilar(Message):
    """What goes with an item."""

    type: Literal["get_similar_products"]
    item_id: Id = Field(validation_alias=AliasChoices("item_id", "product_id"))
    n: N = settings().serving.default_n
    model: Word | None = None
    language: Language = "en"
    fields: Fields = []


class Say(NamedMessage):
    """A message of a conversation: what `POST /api/chat/stream` takes.

    Attributes:
        remove: keys of chips to take away first.
        language: of the answer; none: the message's own.
    """

    type: Literal["say"]
    message: Annotated[str, Field(min_length=1, max_length=2000)]
    conversation_id: Word | None = None
    n: N = 5
    remove: Annotated[list[Word], Field(max_length=50)] = []
    language: Language | None = None


class Subscribe(ListMessage):
    """A list that is kept up to date, instead of the one before.

    Attributes:
        seq, items: of the list that the page still shows from an earlier connection: the answer
            is then what has changed since, and numbers go on from there.
    """

    type: Literal["subscribe"]
    seq: Annotated[int, Field(ge=0, le=2**53)] = 0
    items: Ids | None = None


Incoming = Annotated[
    GetRecommendations | RecordInteraction | GetSimilar | Say | Subscribe,
    Field(discriminator="type"),
]
INCOMING: TypeAdapter[GetRecommendations | RecordInteraction | GetSimilar | Say | Subscribe] = (
    TypeAdapter(Incoming)
)
