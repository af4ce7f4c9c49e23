"""From talks that people rated to a model of messages that knows their words."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from omakase.dialog.guide import Guide
from omakase.dialog.intents import IntentModel, letters
from omakase.dialog.lexicon import PATH
from omakase.dialog.linear import hashed, train_softmax
from omakase.dialog.talks import RatedTalk
from omakase.dialog.training import DialogModel, LabelledMessage, own_messages, train_dialog
from omakase.dialog.understanding import Understanding
from omakase.dialog.vocabulary import (
    Alias,
    AliasKind,
    Attribute,
    WordUse,
    learn_aliases,
    merged,
)

LEAST_CONFIDENCE: Final = 0.9
"""Of an intent, to be taken for a label: a rule decided it, or the model has hardly a doubt."""

PULL: Final = 1e-3
"""How strongly a model that goes on learning is held where it was (l2)."""

_COLUMNS: Final[tuple[tuple[AliasKind, str], ...]] = (
    ("category", "category"), ("brand", "brand"), ("tag", "tags"), ("district", "district"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TalkSample:
    """A message as it was understood in a talk that went well: an example for training.

    Attributes:
        chosen, not_chosen: item ids; of those shown at most two for each that was chosen.
    """

    message: LabelledMessage
    chosen: tuple[str, ...]
    not_chosen: tuple[str, ...]


def samples_of(guide: Guide, talks: Sequence[RatedTalk]) -> Iterator[TalkSample]:
    """Examples out of good talks, labelled by what the guide understood where it was sure."""
    for talk in talks:
        if not talk.is_good:
            continue
        for message in talk.messages:
            understanding = guide.understand(message.text)
            if understanding.confidence >= LEAST_CONFIDENCE and message.text.split():
                text = understanding.reading.text
                labelled = LabelledMessage(text, understanding.intent, _tags(text, understanding))
                yield TalkSample(labelled, talk.chosen, talk.not_chosen)


def learn_initial(
    guide: Guide, talks: Sequence[RatedTalk], samples: Sequence[TalkSample]
) -> DialogModel:
    """A new model: of the engine's own examples, the good talks, and the words of people.

    Args:
        samples: those of the talks.
    """
    plain = [LabelledMessage(sample.message.text, sample.message.intent) for sample in samples]
    model = train_dialog([*own_messages(), *plain])
    return replace(model, vocabulary=tuple(new_aliases(guide, talks)))


def learn_incremental(
    guide: Guide, talks: Sequence[RatedTalk], samples: Sequence[TalkSample]
) -> DialogModel:
    """The guide's model, gone on learning: held near where it was, its vocabulary kept.

    The engine's own examples are read again beside the new ones, as far as the model has their
    intents, so that what it knew is not lost. Slots stay as they are: they are the owner's labels.

    Args:
        samples: those of the talks.
    """
    base = guide.model
    labels = set(base.intents.softmax.labels)
    base_messages = [m for m in own_messages() if m.intent in labels]
    new = [sample.message for sample in samples]
    vocabulary = merged(base.vocabulary, new_aliases(guide, talks))
    if not new:
        return replace(base, vocabulary=vocabulary)
    messages = [*base_messages, *new]
    softmax = base.intents.softmax
    features = hashed([letters(m.text) for m in messages], softmax.weights.shape[1])
    intents = train_softmax(
        features, [m.intent for m in messages], l2=PULL, iterations=40, around=softmax
    )
    return replace(base, intents=IntentModel(intents), vocabulary=vocabulary)


def new_aliases(guide: Guide, talks: Sequence[RatedTalk]) -> list[Alias]:
    """What people mean by words that the guide cannot read."""
    uses = [use for talk in talks if (use := _use(guide, talk)) is not None]
    return learn_aliases(uses, Counter(a for key in guide.rows for a in _attributes(guide, key)))


def _use(guide: Guide, talk: RatedTalk) -> WordUse | None:
    """A talk as its words go; None where nothing was chosen or nothing can be learnt."""
    attributes = frozenset(a for key in talk.chosen for a in _attributes(guide, key))
    if not attributes or not talk.worth:
        return None
    words = {word for message in talk.messages for word in _unread(guide, message.text)}
    return WordUse(talk.person, frozenset(words), attributes, talk.worth)


def _unread(guide: Guide, text: str) -> tuple[str, ...]:
    return guide.understander.unread(text, guide.understand(text))


def _attributes(guide: Guide, item_id: str) -> Iterator[Attribute]:
    """What the catalog says of an item, in its own names."""
    if item_id not in guide.rows:
        return
    row = guide.items.row(guide.rows[item_id], named=True)
    for kind, column in _COLUMNS:
        for name in _names(row.get(column), kind):
            yield kind, name


def _names(cell: Any, kind: AliasKind) -> Sequence[str]:
    if not cell:
        return ()
    if isinstance(cell, str):
        return cell.split(PATH) if kind == "category" else (cell,)
    return [name for name in cell if name]


def _tags(text: str, heard: Understanding) -> tuple[str, ...]:
    """BIOES labels of the words that name something of the catalog, by kind."""
    spans: list[tuple[int, int]] = []
    at = 0
    for token in text.split():
        at = text.index(token, at)
        spans.append((at, at + len(token)))
        at += len(token)
    tags = ["O"] * len(spans)
    for entity in heard.entities:
        inside = [
            n for n, (low, high) in enumerate(spans) if low < entity.end and entity.start < high
        ]
        if inside and all(tags[n] == "O" for n in inside):
            marks = ["S"] if len(inside) == 1 else ["B", *"I" * (len(inside) - 2), "E"]
            for n, mark in zip(inside, marks, strict=True):
                tags[n] = f"{mark}-{entity.kind.upper()}"
    return tuple(tags)
