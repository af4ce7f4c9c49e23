"""Labelled messages to models and back."""

import numpy as np
import pytest

from omakase.dialog.slots import DialogSlot
from omakase.dialog.training import (
    DialogModel,
    judge_dialog,
    load_dialog,
    own_messages,
    own_model,
    read_messages,
    save_dialog,
    split_messages,
    train_dialog,
)
from omakase.errors import DataError


def test_training_reads_judges_saves_and_loads(tmp_path):
    labelled = b"""[{"text": "seoul noodles", "intent": "food", "tags": ["S-LOCATION", "O"]},
        {"text": "rain in busan", "intent": "weather", "tags": ["O", "O", "S-LOCATION"]},
        {"text": "busan noodles", "intent": "food", "tags": ["S-LOCATION", "O"]},
        {"text": "rain in seoul", "intent": "weather", "tags": ["O", "O", "S-LOCATION"]}]"""
    messages = read_messages(labelled)
    model = train_dialog(messages)
    scores = judge_dialog(model, messages)
    assert (scores.accuracy, scores.slot_f1, scores.messages) == (1.0, 1.0, 4)
    path = tmp_path / "deep" / "model.npz"
    save_dialog(model, path)
    loaded = load_dialog(path)
    assert isinstance(loaded, DialogModel) and loaded.slots is not None
    assert loaded.intents.ranked("rain") == model.intents.ranked("rain")
    assert loaded.slots.slots(["rain", "in", "seoul"]) == [DialogSlot("LOCATION", 2, 3)]
    path.write_bytes(b"nothing")
    with pytest.raises(DataError, match="holds no model"):
        load_dialog(path)


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (b"{", "not JSON"),
        (b"[]", "no messages"),
        (b'[{"text": "a"}]', "message 1: a message needs"),
        (b'[{"text": "a b", "intent": "c", "tags": ["O"]}]', "one tag a word"),
    ],
)
def test_read_messages_of_another_form_says_what_is_wrong(content, wrong):
    with pytest.raises(DataError, match=wrong):
        read_messages(content)


def test_own_model_reads_its_examples_and_its_split_never_shares_a_text():
    messages = own_messages()
    assert judge_dialog(own_model(), messages).accuracy > 0.97
    train_part, later = split_messages(messages, np.random.default_rng(0))
    assert not {m.text for m in train_part} & {m.text for m in later}
