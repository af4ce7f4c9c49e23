"""From labelled messages to the models of intents and slots, and back from a file of arrays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from omakase.dialog.intents import IntentModel, train_intents
from omakase.dialog.linear import LinearSoftmax
from omakase.dialog.slots import SlotModel, slots_of, train_slots
from omakase.dialog.vocabulary import Alias
from omakase.errors import DataError


@dataclass(frozen=True, slots=True)
class LabelledMessage:
    """A message with what it means.

    Attributes:
        tags: one BIOES label a word; empty where slots are not labelled.
    """

    text: str
    intent: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class DialogModel:
    """What is learnt from labelled messages.

    Attributes:
        slots: None where no message had labelled words.
        vocabulary: words of people, learnt from talks.
    """

    intents: IntentModel
    slots: SlotModel | None
    vocabulary: tuple[Alias, ...] = ()


@dataclass(frozen=True, slots=True)
class DialogScores:
    """How well a model reads messages that it was not trained on.

    Attributes:
        accuracy: share of intents that are right.
        slot_f1: harmonic mean of precision and recall of whole slots; None where none are labelled.
        messages: that were read.
    """

    accuracy: float
    slot_f1: float | None
    messages: int


def read_messages(content: bytes, *, source: str = "the file") -> list[LabelledMessage]:
    """Labelled messages: `[{"text": …, "intent": …, "tags": […]}]`, JSON Lines, {intent: [text]}.

    Raises:
        DataError: it is not such JSON; with the number of the message.
    """
    read = _parse_content(content, source)
    if isinstance(read, dict) and {"text", "intent"} <= set(read):
        read = [read]
    if isinstance(read, dict):
        read = [{"text": t, "intent": name} for name, texts in read.items() for t in texts]
    if not isinstance(read, list) or not read:
        raise DataError(f"{source} holds no messages: write [{{'text': …, 'intent': …}}]")
    return [_message(row, f"{source}, message {at}") for at, row in enumerate(read, start=1)]


def _parse_content(content: bytes, source: str) -> Any:
    """What a file of JSON or of JSON Lines holds."""
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as error:
        lines = [line for line in content.splitlines() if line.strip()]
        try:
            return [orjson.loads(line) for line in lines]
        except orjson.JSONDecodeError:
            raise DataError(f"{source} is not JSON: {error}") from error


def train_dialog(messages: Sequence[LabelledMessage]) -> DialogModel:
    """The models of intents and, where words are labelled, of slots.

    Raises:
        ValueError: there are no messages.
    """
    intents = train_intents([m.text for m in messages], [m.intent for m in messages])
    tagged = [m for m in messages if m.tags]
    if not tagged:
        return DialogModel(intents, None)
    slots = train_slots([m.text.split() for m in tagged], [m.tags for m in tagged])
    return DialogModel(intents, slots)


def split_messages(
    messages: Sequence[LabelledMessage], rng: np.random.Generator, *, share: float = 0.2
) -> tuple[list[LabelledMessage], list[LabelledMessage]]:
    """Messages to train on and others to judge by; the same text is never on both sides."""
    distinct = list({message.text: message for message in messages}.values())
    order = rng.permutation(len(distinct))
    cut = round(len(distinct) * share)
    return [distinct[at] for at in order[cut:]], [distinct[at] for at in order[:cut]]


def judge_dialog(model: DialogModel, messages: Sequence[LabelledMessage]) -> DialogScores:
    """How many of these messages the model reads as they are labelled."""
    right = [model.intents.ranked(m.text)[0][0] == m.intent for m in messages]
    tagged = [m for m in messages if m.tags]
    f1 = _slot_f1(model.slots, tagged) if model.slots and tagged else None
    return DialogScores(float(np.mean(right)) if right else 0.0, f1, len(messages))


def save_dialog(model: DialogModel, path: Path) -> None:
    """Write a model as arrays (.npz); a file that is there before is replaced at once."""
    arrays = _arrays("intent", model.intents.softmax)
    if model.slots is not None:
        arrays |= _arrays("slot", model.slots.softmax)
    if model.vocabulary:
        arrays["vocabulary"] = np.asarray([(a.word, a.kind, a.name) for a in model.vocabulary])
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new.npz")
    np.savez_compressed(beside, **arrays)
    beside.replace(path)


def load_dialog(path: Path) -> DialogModel:
    """The model that was saved.

    Raises:
        DataError: the file holds none.
    """
    try:
        with np.load(path, allow_pickle=False) as arrays:
            intents = _softmax(arrays, "intent")
            slots = SlotModel(_softmax(arrays, "slot")) if "slot_labels" in arrays else None
            lines = arrays["vocabulary"].tolist() if "vocabulary" in arrays else ()
            vocabulary = tuple(Alias(*line) for line in lines)
    except (KeyError, ValueError, OSError, TypeError) as error:
        raise DataError(f"{path} holds no model of messages: {error}") from error
    return DialogModel(IntentModel(intents), slots, vocabulary)


def own_messages() -> list[LabelledMessage]:
    """The labelled messages that come with the engine, in Korean and English."""
    content = (files("omakase.dialog") / "examples.json").read_bytes()
    return read_messages(content, source="examples.json")


@cache
def own_model() -> DialogModel:
    """The model of the messages that come with the engine; trained once, in about a second."""
    return train_dialog(own_messages())


def _message(row: Any, where: str) -> LabelledMessage:
    if not isinstance(row, Mapping) or not all(
        isinstance(row.get(k), str) for k in ("text", "intent")
    ):
        raise DataError(f"{where}: a message needs a text and an intent")
    tags = tuple(str(tag) for tag in row.get("tags") or ())
    if tags and len(tags) != len(row["text"].split()):
        raise DataError(f"{where}: one tag a word is needed, {len(tags)} are there")
    return LabelledMessage(row["text"], row["intent"], tags)


def _slot_f1(model: SlotModel, messages: Sequence[LabelledMessage]) -> float:
    hits = labelled = read = 0
    for message in messages:
        right, named = set(slots_of(message.tags)), set(model.slots(message.text.split()))
        hits += len(right & named)
        labelled, read = labelled + len(right), read + len(named)
    return 2 * hits / max(1, labelled + read)


def _arrays(name: str, part: LinearSoftmax) -> dict[str, Any]:
    return {
        f"{name}_labels": np.asarray(part.labels),
        f"{name}_weights": part.weights,
        f"{name}_bias": part.bias,
    }


def _softmax(arrays: Any, name: str) -> LinearSoftmax:
    labels = tuple(str(label) for label in arrays[f"{name}_labels"])
    return LinearSoftmax(labels, arrays[f"{name}_weights"], arrays[f"{name}_bias"])
