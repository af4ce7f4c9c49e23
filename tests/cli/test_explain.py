"""One list, stage by stage, in the terminal."""

import json

import pytest

pytestmark = pytest.mark.usefixtures("trained")


def told(omakase, *words):
    result = omakase("explain", *words, "--json")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_the_stages_lead_to_the_list(omakase):
    found = told(omakase, "--user", "u02", "--n", 3)
    names = [stage["name"] for stage in found["stages"]]
    assert names == ["source ease", "merge", "gate", "answer"]
    assert found["stages"][-1]["count"] == 3
    assert found["items"][0][0] == "i02"
    assert found["shown"] is None
    assert len(found["whys"]) == 3
    assert found["events"] == 5


def test_an_item_that_is_shown_has_its_place_at_every_stage(omakase):
    found = told(omakase, "--user", "u02", "--item", "i02")
    assert found["shown"] is True
    assert [stage["place"] for stage in found["stages"]] == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("item", "n", "lost_at", "reason"),
    [("i04", 5, "gate", "seen"), ("i03", 1, "answer", "beyond_k")],
)
def test_an_item_that_is_not_shown_was_lost_somewhere(omakase, item, n, lost_at, reason):
    found = told(omakase, "--user", "u02", "--item", item, "--n", n)
    assert found["shown"] is False
    assert (found["lost_at"], found["reason"]) == (lost_at, reason)


def test_people_read_a_sentence(omakase):
    shown = omakase("explain", "--user", "u02", "--item", "i02")
    assert "“Item 2” is shown, at place 1. Because of your interest in" in shown.stderr
    assert "source ease" in shown.stdout
    lost = omakase("explain", "--user", "u02", "--item", "i04")
    assert "“Item 4” is not shown: this person has had it (lost at: gate)." in lost.stderr
    korean = omakase("explain", "--user", "u02", "--item", "i04", "--language", "ko")
    assert "‘Item 4’: 보이지 않아요. 이 사용자가 이미 본 항목이에요." in korean.stderr


def test_a_stranger_and_a_history_may_be_asked_about(omakase):
    assert told(omakase, "--n", 2)["algorithm"] == "popular"
    found = told(omakase, "--history", "i01, i03", "--n", 3)
    assert all(int(key[1:]) % 2 for key, _ in found["items"])


def test_a_strategy_may_be_traced(omakase):
    found = told(omakase, "--user", "u02", "--strategy", "rrf", "--n", 2)
    assert found["algorithm"] == "rrf"


def test_an_item_that_nobody_has_is_refused(omakase):
    result = omakase("explain", "--user", "u02", "--item", "nothing")
    assert result.exit_code == 1
    assert "no item 'nothing'" in result.stderr
