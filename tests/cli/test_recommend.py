import json

import pytest


@pytest.mark.usefixtures("trained")
def test_a_person_gets_what_the_tribe_likes(omakase):
    answer = json.loads(omakase("recommend", "--user", "u02", "--n", 1, "--json").stdout)
    assert answer["items"][0]["item_id"] == "i02"
    assert answer["items"][0]["title"] == "Item 2"
    assert answer["algorithm"] == "ease"


@pytest.mark.usefixtures("trained")
def test_a_history_may_be_given(omakase):
    answer = json.loads(omakase("recommend", "--history", "i01, i03", "--n", 3, "--json").stdout)
    assert all(int(item["item_id"][1:]) % 2 for item in answer["items"])


@pytest.mark.usefixtures("trained")
def test_people_see_titles(omakase):
    shown = omakase("recommend", "--user", "u02", "--n", 1).stdout
    assert "Item 2" in shown
    assert "5 events to go by" in shown


@pytest.mark.usefixtures("tribes")
def test_before_any_training_the_way_is_shown(omakase):
    result = omakase("recommend", "--user", "u02")
    assert result.exit_code == 1
    assert "omakase train" in result.stderr
