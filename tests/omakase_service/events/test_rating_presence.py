"""A log is looked at once for ratings, and every later rating is found."""

import pytest

from omakase_service.events import rating_presence
from omakase_service.events.models import Event
from omakase_service.events.rating_presence import has_ratings
from omakase_service.events.services import record

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_margin(monkeypatch):
    """Every line that was looked at is remembered, however few there are."""
    monkeypatch.setattr(rating_presence, "MARGIN", 0)


def happen(kind: str, number: int = 1) -> None:
    record(events=[
        {"user_id": f"u{n}", "item_id": "i1", "kind": kind, "value": 4 if kind == "rating" else 1}
        for n in range(number)
    ])  # fmt: skip


def test_has_ratings_of_an_empty_log_is_false():
    assert not has_ratings()


def test_has_ratings_finds_one_that_comes_after_a_vain_look():
    happen("view", 3)
    assert not has_ratings()
    assert not has_ratings()
    happen("rating")
    assert has_ratings()
    assert has_ratings()


def test_has_ratings_looks_only_behind_what_was_looked_at(django_assert_num_queries):
    happen("view", 3)
    has_ratings()
    with django_assert_num_queries(3) as queries:
        assert not has_ratings()
    last = Event.objects.order_by("-seq").first().seq
    assert any(f'"seq" > {last}' in each["sql"] for each in queries.captured_queries)


def test_has_ratings_looks_at_all_of_another_log():
    happen("view", 3)
    assert not has_ratings()
    Event.objects.all().delete()
    happen("rating")
    happen("view", 2)
    assert has_ratings()
