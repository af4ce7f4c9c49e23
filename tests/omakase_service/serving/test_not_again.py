"""What was had or shown stays out for the time that the placement states, and then returns."""

import pytest
from django.db import OperationalError

from omakase_service.events.services import record
from omakase_service.recommendation_log import writer
from omakase_service.serving import services as serving
from omakase_service.serving.placements import save_placement
from omakase_settings import Placement

pytestmark = pytest.mark.django_db
NOW, DAY = 1_760_000_000, 86_400


def place(**said) -> None:
    save_placement(name="home", placement=Placement(**said))


def listed(now: float = NOW, **asked) -> list[str]:
    given = {"user_id": "u00", "n": 4, "placement": "home", **asked}
    answer = serving.recommend(clock=lambda: now, **given)
    return [each.card.item_id for each in answer.items]


def bought(item_id: str, time: float) -> None:
    event = {"user_id": "new", "item_id": item_id, "type": "purchase", "time": int(time)}
    record(events=[event])


def test_item_that_was_had_returns_after_its_days(trained):
    for item_id, age in (("i02", 40), ("i04", 10), ("i06", 1)):
        bought(item_id, NOW - age * DAY)
    everything = {"user_id": "new", "n": 12}
    assert not {"i02", "i04", "i06"} & set(listed(**everything))
    place(seen_days=30)
    assert {"i02", "i04", "i06"} & set(listed(**everything)) == {"i02"}
    later = listed(NOW + 25 * DAY, refresh=True, **everything)
    assert {"i02", "i04", "i06"} & set(later) == {"i02", "i04"}


def test_item_that_was_had_again_lately_stays_out(trained):
    bought("i02", NOW - 40 * DAY)
    bought("i02", NOW - 2 * DAY)
    bought("i04", NOW - 2 * DAY)
    place(seen_days=30)
    assert "i02" not in listed(user_id="new", n=12)


def test_item_that_was_refused_never_returns(trained):
    bought("i04", NOW - 50 * DAY)
    dislike = {"user_id": "new", "item_id": "i02", "type": "dislike", "time": NOW - 50 * DAY}
    record(events=[dislike])
    place(seen_days=30)
    assert "i02" not in listed(user_id="new", n=12)
    assert "i04" in listed(user_id="new", n=12)


def test_further_parts_leave_out_what_the_first_does(trained):
    for item_id, age in (("i02", 40), ("i04", 10)):
        bought(item_id, NOW - age * DAY)
    place(seen_days=30)
    first = serving.recommend(user_id="new", n=1, placement="home", paged=True, clock=lambda: NOW)
    rest = serving.recommend(
        user_id="new", n=12, placement="home", cursor=first.next, clock=lambda: NOW
    )
    both = {each.card.item_id for part in (first, rest) for each in part.items}
    assert "i02" in both
    assert "i04" not in both


def test_item_that_was_shown_stays_out_and_returns(trained):
    place(shown_days=7, seen="show")
    first = listed()
    second = listed(NOW + 60)
    assert len(first) == len(second) == 4
    assert not set(first) & set(second)
    writer.flush()
    assert not {*first, *second} & set(listed(NOW + 120))
    assert listed(NOW + 8 * DAY) == first


def test_item_that_was_shown_elsewhere_or_to_others_is_shown(trained):
    place(shown_days=7)
    visitors = [{"user_id": f"visitor {n}"} for n in range(2)]
    first = listed(**visitors[0])
    assert listed(placement="", **visitors[0]) == first
    assert listed(**visitors[1]) == first


def test_shown_items_of_a_session_without_a_user_stay_out(trained):
    place(shown_days=7)
    visitor = {"user_id": None, "session_id": "visit"}
    first = listed(**visitor)
    assert not set(first) & set(listed(NOW + 1, **visitor))
    assert listed(user_id=None, session_id="another") == first


def test_shown_items_while_the_log_is_down_are_those_of_this_process(trained, monkeypatch):
    def down(**asked):
        raise OperationalError("down")

    monkeypatch.setattr("omakase_service.serving.shown.shown_items", down)
    place(shown_days=7, seen="show")
    first = listed()
    assert not set(first) & set(listed(NOW + 1))


def test_other_places_never_look_at_what_was_shown(trained, monkeypatch):
    def looked(**asked):
        raise AssertionError("nobody asked for it")

    monkeypatch.setattr("omakase_service.serving.shown.shown_items", looked)
    place(seen_days=30)
    assert listed() == listed()
