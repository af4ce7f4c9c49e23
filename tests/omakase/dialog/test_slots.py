"""Slots by BIOES."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase.dialog.linear import LinearSoftmax, hashed
from omakase.dialog.slots import (
    DialogSlot,
    SlotModel,
    slots_of,
    token_features,
    train_slots,
)


def test_slots_follow_bioes():
    assert slots_of(["B-A", "E-A", "O", "S-B", "B-A", "I-A"]) == [
        DialogSlot("A", 0, 2),
        DialogSlot("B", 3, 4),
        DialogSlot("A", 4, 6),
    ]
    with pytest.raises(ValueError, match="one label"):
        train_slots([["a", "b"]], [["O"]])


LABELS = ("B-A", "B-B", "E-A", "E-B", "I-A", "I-B", "O", "S-A", "S-B")


def is_legal(path: tuple[str, ...]) -> bool:
    """Whether spans are opened, gone on with and closed by their own kind alone."""
    within = ""
    for tag in path:
        mark, _, kind = tag.partition("-")
        if within and (mark not in "IE" or kind != within):
            return False
        if not within and mark in "IE":
            return False
        within = kind if mark in "BI" else ""
    return not within


@given(st.integers(0, 10_000), st.integers(1, 4))
def test_tags_are_the_likeliest_of_all_legal_paths(seed, size):
    rng = np.random.default_rng(seed)
    weights = rng.normal(0, 4, (len(LABELS), 64)).astype(np.float32)
    model = SlotModel(LinearSoftmax(LABELS, weights, np.zeros(len(LABELS), np.float32)))
    tokens = [f"t{n}" for n in range(size)]
    logs = np.log(model.softmax.chances(hashed(token_features(tokens), 64)) + 1e-12)

    def worth(path: tuple[str, ...]) -> float:
        return sum(logs[at, LABELS.index(tag)] for at, tag in enumerate(path))

    best = max((path for path in product(LABELS, repeat=size) if is_legal(path)), key=worth)
    found = tuple(model.tags(tokens))
    assert is_legal(found)
    assert worth(found) == pytest.approx(worth(best))


@given(st.lists(st.sampled_from(LABELS), max_size=8).filter(lambda path: is_legal(tuple(path))))
def test_slots_of_legal_labels_are_the_spans_that_they_open_and_close(path):
    spans, start = [], 0
    for at, tag in enumerate(path):
        mark, _, kind = tag.partition("-")
        start = at if mark in "BS" else start
        if mark in "SE":
            spans.append(DialogSlot(kind, start, at + 1))
    assert slots_of(path) == spans


@given(st.lists(st.sampled_from(LABELS), max_size=8))
def test_slots_of_any_labels_stand_apart_and_have_only_their_kind(path):
    end = 0
    for slot in slots_of(path):
        assert end <= slot.start < slot.end <= len(path)
        assert path[slot.end - 1].endswith(f"-{slot.label}")
        end = slot.end


@pytest.mark.parametrize(
    ("path", "spans"),
    [
        ([], []),
        (["O", "O"], []),
        (["S-A", "S-A"], [("A", 0, 1), ("A", 1, 2)]),
        (["B-A", "I-A", "E-A"], [("A", 0, 3)]),
        (["B-A", "O"], [("A", 0, 1)]),
        (["B-A", "B-B", "E-B"], [("A", 0, 1), ("B", 1, 3)]),
        (["B-A"], [("A", 0, 1)]),
        (["B-X-Y", "E-X-Y"], [("X-Y", 0, 2)]),
    ],
)
def test_slots_of_labels_by_hand(path, spans):
    assert slots_of(path) == [DialogSlot(*span) for span in spans]


def test_token_features_know_the_word_its_ends_and_its_neighbours():
    first, second = token_features(["여기", "강남역"])
    assert {"w=강남역", "e1=역", "s2=강남", "b=여기 강남역", "l=3"} <= set(second)
    assert {"a=여기 강남역", "n1=<"} <= set(first)
    assert token_features([]) == []
    assert token_features(["a", "b"]) != token_features(["b", "a"])


def test_slot_model_learns_a_place_by_what_stands_beside_it():
    messages = [["in", "seoul"], ["in", "busan"], ["eat", "seoul"], ["near", "old", "town"]]
    tags = [["O", "S-P"], ["O", "S-P"], ["O", "O"], ["O", "B-P", "E-P"]]
    model = train_slots(messages, tags, dimension=2**10)
    assert [model.tags(message) for message in messages] == tags
    assert model.slots(["near", "old", "town"]) == [DialogSlot("P", 1, 3)]
    assert model.tags([]) == [] and model.slots([]) == []
