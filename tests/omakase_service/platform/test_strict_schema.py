"""A field that nobody knows is told, with what may have been meant."""

import pytest
from pydantic import ValidationError

from omakase_service.platform.strict_schema import Strict
from omakase_service.platform.validation import LONGEST, refusals


class Place(Strict):
    """Where."""

    device: str = ""


class Asked(Strict):
    """A question with a part of its own."""

    n: int = 1
    refresh: bool = False
    place: Place = Place()


def refused(said: object) -> list[tuple[str, str]]:
    """The place of each refusal and its words, as the API tells them."""
    with pytest.raises(ValidationError) as error:
        Asked.model_validate(said)
    return [(each["place"], each["message"]) for each in refusals(error.value, Asked)]


@pytest.mark.parametrize(
    ("said", "place", "words"),
    [
        (
            {"force_refresh": True},
            "force_refresh",
            "no field `force_refresh`; did you mean `refresh`?",
        ),
        ({"place": {"devise": "x"}}, "place.devise", "no field `devise`; did you mean `device`?"),
        ({"top": 3}, "top", "no field `top`; known: n, place, refresh"),
        ({"x" * 5000: 1}, "x" * 5000, f"no field `{'x' * LONGEST}`; known: n, place, refresh"),
    ],
)
def test_what_nobody_knows_is_told(said, place, words):
    assert refused(said) == [(place, words)]


def test_each_name_that_nobody_knows_is_told():
    assert [place for place, _ in refused({"b": 1, "a": 1})] == ["b", "a"]


def test_what_is_known_is_taken_and_checked_as_ever():
    asked = Asked.model_validate({"n": 3, "place": {"device": "mobile"}})
    assert (asked.n, asked.place.device) == (3, "mobile")
    assert refused({"n": "three"})[0][0] == "n"
    assert refused([1])[0][0] == ""


def test_the_schema_says_so():
    schema = Asked.model_json_schema()
    assert schema["additionalProperties"] is False
    assert schema["$defs"]["Place"]["additionalProperties"] is False


@pytest.mark.django_db
def test_over_http(post, api):
    answer = post("/api/recommendations", {"user_id": "u", "force_refresh": True})
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["message"] == "no field `force_refresh`; did you mean `refresh`?"
    assert error["place"].startswith("body")
    assert api.get("/api/recommendations?n=3&utm_source=mail").status_code != 422
