"""Values of the app: what is said, what was understood, what came of it. No Django."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel

from omakase_service.catalog.contracts import ItemCard
from omakase_service.serving.contracts import Language, Recommendation

LEARNING = "learn_dialog"
"""Kind of the job that learns from talks."""

LearningWay = Literal["initial", "incremental"]
"""From the engine's own examples and all talks, or from the model that answers."""


class LearningParameters(BaseModel, extra="forbid"):
    """Parameters of the job that learns from talks.

    Attributes:
        promote: "gate": the new model answers where it is surely better on talks of other people.
    """

    way: LearningWay = "incremental"
    promote: Literal["gate", "never"] = "gate"


@dataclass(frozen=True, slots=True)
class LearningReport:
    """What came of a run of learning.

    Attributes:
        talks: that were learnt from; judged: that were kept aside.
        vocabulary: word, kind and name of what was learnt in this run.
        before, after: mean NDCG of what content people chose, by both models.
        gain: mean, low and high end of the paired gain; None where too little was kept aside.
        promoted: whether the new model answers now.
    """

    way: LearningWay
    talks: int
    judged: int
    examples: int
    vocabulary: tuple[tuple[str, str, str], ...]
    before: float
    after: float
    gain: tuple[float, float | None, float | None] | None
    promoted: bool
    reason: str


@dataclass(frozen=True, slots=True)
class TalkWeek:
    """Talks of a week.

    Attributes:
        monday: its first day.
        rated: talks with a satisfaction; mean: of it, 1..5; None without any.
        good: share of the rated ones with 4 or 5.
        chosen: share of all talks in which something was chosen.
        messages: mean number of messages.
        change: of the mean against the week before, with the ends of its interval; None where
            either week has fewer than two rated talks.
    """

    monday: str
    talks: int
    rated: int
    mean: float | None
    good: float | None
    chosen: float
    messages: float
    change: tuple[float, float, float] | None


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """A message as it comes.

    Attributes:
        conversation_id: "" begins a new conversation.
        user_id, session_id: whose; None where nobody is named.
        n: length of the list.
        remove: keys of chips that are taken away before the message counts.
        location: latitude and longitude in degrees.
        language: of the answer; None: the message's own.
    """

    message: str
    conversation_id: str = ""
    user_id: str | None = None
    session_id: str | None = None
    n: int = 5
    remove: tuple[str, ...] = ()
    location: tuple[float, float] | None = None
    language: Language | None = None
    placement: str = ""


@dataclass(frozen=True, slots=True)
class Chip:
    """Something that holds in a conversation, and the key by which it is taken away."""

    key: str
    kind: str
    label: str


@dataclass(frozen=True, slots=True)
class HeardMessage:
    """What a message was taken for.

    Attributes:
        alternatives: further intents with probabilities.
        entities: kind, names in the catalog, text in the message, likeness 0..1.
        filter: in the rules language; what the list had to pass.
        query: words that were searched for.
        slots: label and text by the trained model of slots.
    """

    intent: str
    confidence: float
    language: Language
    alternatives: tuple[tuple[str, float], ...]
    entities: tuple[Mapping[str, Any], ...]
    filter: str
    query: str
    slots: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ChatReply:
    """The answer to a message.

    Attributes:
        applied: what held; dropped: what nothing met as well; impossible: diets and allergies
            that nothing meets, and then there is no list.
        recommendation: None where the message asks for no list.
        answer: for people; names items of the list only.
        written_by: template, or the language model that rewrote it.
    """

    conversation_id: str
    turn: int
    understanding: HeardMessage
    applied: tuple[Chip, ...]
    dropped: tuple[Chip, ...]
    impossible: tuple[Chip, ...]
    recommendation: Recommendation | None
    answer: str
    written_by: str


@dataclass(frozen=True, slots=True)
class FoundItem:
    """An item that fits a query; 1 is the best of them."""

    card: ItemCard
    score: float
    rank: int


@dataclass(frozen=True, slots=True)
class StoredConversation:
    """Where a conversation stands.

    Attributes:
        state: as the engine wrote it.
        shown: item id and reason of the last list.
        turns: so far.
    """

    conversation_id: str
    user_id: str
    session_id: str
    state: Mapping[str, Any]
    shown: Sequence[Mapping[str, Any]]
    turns: int


@dataclass(frozen=True, slots=True)
class ConversationCard:
    """A conversation in a list.

    Attributes:
        satisfaction: what the person said of it, 1..5; None where they did not.
        chosen: ids of items that the person chose.
    """

    conversation_id: str
    user_id: str
    session_id: str
    started: datetime
    changed: datetime
    satisfaction: int | None
    chosen: Sequence[Any]
    turns: int


@dataclass(frozen=True, slots=True)
class TurnCard:
    """A message and its answer, as staff reads them.

    Attributes:
        items: ids of the list that was shown.
    """

    number: int
    time: datetime
    message: str
    answer: str
    intent: str
    confidence: float
    items: Sequence[str]
    written_by: str
