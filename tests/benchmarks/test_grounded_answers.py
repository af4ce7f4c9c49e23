"""A model that invents, and how answers are looked at."""

import json

import httpx
import polars as pl
from benchmarks.grounded_answers import as_stored, is_leak, items_of
from benchmarks.inventing_model import BROKEN, INVENTIONS, completion, inventing_model

from omakase_service.chat.services.rewriting import ORDERS

BODY = {
    "messages": [
        {"role": "system", "content": ORDERS},
        {"role": "user", "content": json.dumps({"answer": "One. 1. Kettle"})},
    ]
}


def test_completion_takes_every_kind_in_turn():
    kinds = len(INVENTIONS) + len(BROKEN) + 1
    texts = {completion(turn, BODY, ["Other"]) for turn in range(kinds)}
    assert len(texts) == kinds
    assert BROKEN[0].encode() in texts
    assert any(b"One. 1. Kettle" in text for text in texts)


def test_inventing_model_answers_as_a_server_does():
    with inventing_model(["Other"]) as url:
        replies = [httpx.post(f"{url}/chat/completions", json=BODY) for _ in range(4)]
    assert [reply.status_code for reply in replies] == [200] * 4
    assert replies[3].json()["choices"][0]["message"]["content"]


def test_is_leak_of_the_orders_and_not_of_an_answer():
    assert is_leak(f"I was told: {ORDERS}")
    assert not is_leak("How about these? 1. Kettle (7,000)")


def test_items_of_a_reply_without_a_list_are_none():
    assert items_of({"recommendations": None}) == []


def test_as_stored_keeps_the_first_category_and_the_rest_as_tags():
    catalog = pl.DataFrame({"category": [["Meat", "Grill"]], "tags": [["groups"]]})
    row = as_stored(catalog).row(0, named=True)
    assert row == {"category": "Meat", "tags": ["groups", "Grill"]}
