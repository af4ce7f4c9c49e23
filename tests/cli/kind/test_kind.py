"""Kinds of events, from the terminal."""

import json

import pytest

from omakase_service.events.selectors import kinds

pytestmark = pytest.mark.django_db


def test_list_tells_every_kind_with_its_scale_and_what_it_takes_back(omakase):
    listed = {k["name"]: k for k in json.loads(omakase("kind", "list", "--json").stdout)}
    assert listed["rating"]["middle"] == "scale"
    assert (listed["rating"]["lowest"], listed["rating"]["highest"]) == (0, 5)
    assert listed["refund"]["takes_back"] == ["purchase"]
    assert listed["purchase"]["cap"] is None
    table = omakase("kind", "list").stdout
    assert "remove_from_cart" in table
    assert "1 × value, ≤ 5" in table and "0 to 5" in table and "-2" in table


def test_set_changes_what_it_names_and_reset_takes_it_back(omakase):
    told = omakase("kind", "set", "rating", "--highest", "10", "--middle", "person", "--json")
    assert json.loads(told.stdout) | {"highest": 10, "middle": "person"} == json.loads(told.stdout)
    assert kinds()["rating"].from_value and kinds()["rating"].cap == 5
    assert omakase("kind", "reset", "rating").exit_code == 0
    assert kinds()["rating"].middle == "scale"
    assert "Nothing was declared" in omakase("kind", "reset", "rating").stderr


def test_set_declares_a_new_kind(omakase):
    words = ("unlike", "--weight", "0", "--takes-back", "like, bookmark")
    assert omakase("kind", "set", *words).exit_code == 0
    assert kinds()["unlike"].takes_back == ("like", "bookmark")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("odd", "--weight", "-1"), "weight: "),
        (("odd", "--middle", "left"), "middle: "),
        (("odd", "--takes-back", "lik"), "did you mean 'like'"),
        (("odd", "--lowest", "5", "--highest", "1"), "lowest: 5 is not below highest, 1"),
    ],
)
def test_set_of_what_makes_no_sense_is_told_in_a_sentence(omakase, words, told):
    answer = omakase("kind", "set", *words)
    assert answer.exit_code == 1
    assert told in answer.stderr
    assert "odd" not in kinds()
