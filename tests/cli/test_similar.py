import json

import pytest

pytestmark = pytest.mark.usefixtures("trained")


def test_what_the_same_tribe_likes(omakase):
    answer = json.loads(omakase("similar", "i03", "--n", 4, "--json").stdout)
    assert len(answer["items"]) == 4
    assert all(int(item["item_id"][1:]) % 2 for item in answer["items"])


def test_an_unknown_item_is_a_sentence(omakase):
    result = omakase("similar", "nothing")
    assert result.exit_code == 1
    assert "nothing" in result.stderr
