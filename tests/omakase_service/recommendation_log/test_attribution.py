"""Which answer an event came of."""

import pytest

from omakase_service.events.selectors import newest_seq
from omakase_service.events.services import record
from omakase_service.recommendation_log import attribution
from omakase_service.recommendation_log.attribution import CHUNK, attribute
from omakase_service.recommendation_log.contracts import LoggedAnswer, OutcomeKind, ShownItem
from omakase_service.recommendation_log.models import Answer, Attributed, Outcome
from omakase_service.recommendation_log.selectors import outcomes_of
from omakase_service.recommendation_log.store import write

pytestmark = pytest.mark.django_db
T = 1_700_000_000
DAY = 86_400


def answered(request_id: str, time: int = T, **who) -> None:
    items = [ShownItem("i1", 2.0), ShownItem("i2", 1.0)]
    write(
        answers=[LoggedAnswer(request_id, time, items, "ease", "v1", **(who or {"user_id": "ada"}))]
    )


def happened(kind: str = "click", item: str = "i1", time: int = T + 60, **more) -> None:
    person = {} if "session_id" in more else {"user_id": "ada"}
    done = record(events=[{"item_id": item, "type": kind, "time": time, **person, **more}])
    assert done.stored == 1


def came(request_id: str) -> list[tuple[str, str, int]]:
    attribute(until=newest_seq())
    return [(o.kind.value, o.item_id, o.rank) for o in outcomes_of(request_id=request_id)]


@pytest.mark.parametrize(
    ("kind", "counts"),
    [
        ("impression", OutcomeKind.IMPRESSION),
        ("click", OutcomeKind.CLICK),
        ("purchase", OutcomeKind.CONVERSION),
    ],
)
def test_an_event_that_names_the_request(kind, counts):
    answered("a")
    answered("b", T + 1)
    happened(kind, "i2", request_id="a")
    assert came("a") == [(counts.value, "i2", 2)]
    assert came("b") == []


def test_an_event_that_names_none_belongs_to_the_newest_that_showed_it():
    answered("a")
    answered("b", T + 30)
    answered("later", T + 600)
    happened()
    assert came("b") == [("click", "i1", 1)]
    assert came("a") == came("later") == []


@pytest.mark.parametrize("item", ['a "b"', "back\\slash", "비빔밥", "a/b", "i1, 1.0", "😀"])
def test_an_id_is_found_however_it_is_written(item):
    answered("a")
    shown = [ShownItem("i9", 2.0), ShownItem(item, 1.0)]
    write(answers=[LoggedAnswer("b", T, shown, "ease", "v1", user_id="ada")])
    happened(item=item)
    assert came("b") == [("click", item, 2)]
    Outcome.objects.all().delete()
    Attributed.objects.update(seq=0)
    for row in Answer.objects.all():
        row.save()  # by Django's own encoder
    assert came("b") == [("click", item, 2)]


def test_an_id_that_only_begins_alike_is_another():
    write(answers=[LoggedAnswer("a", T, [ShownItem("i12", 1.0)], "ease", "v1", user_id="ada")])
    happened(item="i1")
    happened(item="12")
    assert came("a") == []


def test_attribution_reads_answers_that_showed_the_item_alone(monkeypatch):
    for n in range(50):
        write(
            answers=[LoggedAnswer(f"b{n}", T, [ShownItem("i9", 1.0)], "ease", "v1", user_id="ada")]
        )
    answered("a")
    happened()
    made: list[int] = []
    told = attribution.CandidateAnswer
    monkeypatch.setattr(
        attribution, "CandidateAnswer", lambda *said: made.append(said[0]) or told(*said)
    )
    assert came("a") == [("click", "i1", 1)]
    assert len(made) == 1


@pytest.mark.parametrize(
    "event",
    [
        {"item": "i3"},
        {"user_id": "bob"},
        {"time": T - 1},
        {"time": T + DAY + 1},
        {"kind": "view"},
        {"kind": "dislike"},
        {"item": "i9", "request_id": "a"},
    ],
)
def test_what_is_no_outcome(event):
    answered("a")
    happened(**event)
    assert came("a") == []


def test_an_unknown_request_falls_back_to_the_window():
    answered("a")
    happened(request_id="not ours")
    assert came("a") == [("click", "i1", 1)]


def test_late_events_count_where_they_name_the_request():
    answered("a")
    happened("purchase", time=T + 30 * DAY, request_id="a", value=3.0)
    assert came("a") == [("conversion", "i1", 1)]
    assert outcomes_of(request_id="a")[0].value == 3.0


def test_somebody_without_an_account():
    answered("a", session_id="s")
    answered("b", user_id="ada", session_id="s")
    happened(session_id="s")
    assert came("a") == [("click", "i1", 1)]
    assert came("b") == []


def test_each_kind_counts_once_a_place():
    answered("a")
    for second in range(3):
        happened(time=T + second, request_id="a")
    happened("purchase", request_id="a")
    assert came("a") == [("click", "i1", 1), ("conversion", "i1", 1)]


def test_no_event_is_looked_at_twice():
    answered("a")
    happened()
    assert attribute(until=newest_seq()) == 1
    assert attribute(until=newest_seq()) == 0
    assert Attributed.objects.get().seq == newest_seq()


def test_further_parts_count_their_ranks_on():
    items = [ShownItem("i7", 1.0)]
    write(answers=[LoggedAnswer("p2", T, items, "ease", "v1", user_id="ada", first_rank=11)])
    happened(item="i7")
    assert came("p2") == [("click", "i7", 11)]


def test_a_long_log_in_chunks():
    answered("a")
    record(
        events=[
            {"user_id": f"u{n}", "item_id": "i1", "type": "click", "time": T}
            for n in range(CHUNK + 5)
        ]
    )
    happened()
    assert came("a") == [("click", "i1", 1)]
    assert Attributed.objects.get().seq == newest_seq()


@pytest.mark.parametrize(("later", "found"), [(2, True), (3, False)])
def test_attribution_reads_newest_answers_of_a_person(monkeypatch, later, found):
    monkeypatch.setattr(attribution, "NEWEST", 3)
    answered("a")
    other = [ShownItem("i9", 1.0)]
    for n in range(later):
        write(answers=[LoggedAnswer(f"b{n}", T + n, other, "ease", "v1", user_id="ada")])
        answered(f"c{n}", T + n, user_id="bob")
    happened()
    assert came("a") == ([("click", "i1", 1)] if found else [])


def test_the_newest_are_of_each_person(monkeypatch):
    monkeypatch.setattr(attribution, "NEWEST", 1)
    answered("a", user_id="ada")
    answered("b", session_id="s")
    happened()
    happened(session_id="s")
    assert came("a") == came("b") == [("click", "i1", 1)]
