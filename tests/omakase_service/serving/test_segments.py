"""Segments: a filter is named once, and every place that names it follows."""

import pytest

from omakase.errors import OmakaseError
from omakase_service.catalog.contracts import UserIn
from omakase_service.catalog.services import upsert_users
from omakase_service.jobs.selectors import jobs
from omakase_service.jobs.services.worker import run_now
from omakase_service.platform.exceptions import Conflict, Invalid, NotFound
from omakase_service.serving.contracts import ListRequest
from omakase_service.serving.placements import placement_by_name, save_placement
from omakase_service.serving.previews import preview_list
from omakase_service.serving.segment_contracts import SegmentIn
from omakase_service.serving.segment_rules import names_in, spelled_out
from omakase_service.serving.segments import delete_segment, save_segment, segments
from omakase_service.serving.services import recommend
from omakase_settings import Placement

ODD, EVEN = 'item.category == "Odd"', 'item.category == "Even"'


def test_spelled_out_puts_the_filter_in_place_of_its_name():
    placement = Placement(filters=("@odd and not @even",), boosts=("1 + @odd",))
    made = spelled_out(placement, {"odd": "a or b", "even": "c"})
    assert made.filters == ("(a or b) and not (c)",)
    assert made.boosts == ("1 + (a or b)",)


def test_spelled_out_passes_over_texts_in_quotes():
    rule = r'item.brand == "a\"@odd" or item.brand == ' + "'@odd'"
    placement = Placement(filters=(rule,))
    assert names_in(placement) == set()
    assert spelled_out(placement, {"odd": "x"}) is placement


def test_spelled_out_of_a_name_that_there_is_not_names_the_nearest():
    with pytest.raises(Invalid, match="did you mean @cheap"):
        spelled_out(Placement(filters=("@chep",)), {"cheap": "x"})


pytestmark = pytest.mark.django_db


def shown(place: str) -> set[str]:
    return {each.card.category for each in recommend(user_id="u01", n=5, placement=place).items}


def test_places_follow_a_segment_that_changes(trained):
    save_segment(name="ours", segment=SegmentIn(rule=ODD))
    for place in ("home", "cart"):
        save_placement(name=place, placement=Placement(filters=("@ours",)))
    assert shown("home") == shown("cart") == {"Odd"}
    save_segment(name="ours", segment=SegmentIn(rule=EVEN))
    assert shown("home") == shown("cart") == {"Even"}
    assert placement_by_name(name="home").filters == ("@ours",)


def test_preview_of_rules_that_name_a_segment_holds_it(trained):
    save_segment(name="odd", segment=SegmentIn(rule=ODD))
    question = ListRequest(user_id="u01", n=5, placement="new")
    listed = preview_list(question, placement=Placement(filters=("@odd",)))
    assert {each.card.category for each in listed.items} == {"Odd"}


def test_segment_of_items_counts_those_that_pass(trained):
    card = save_segment(name="odd", segment=SegmentIn(rule=ODD))
    assert (card.count, card.places) == (6, [])
    assert card.counted is not None


def test_segment_of_people_is_counted_by_a_job(trained):
    upsert_users(users=[UserIn(user_id=f"g{n}", tier="gold") for n in range(3)])
    card = save_segment(name="gold", segment=SegmentIn(of="users", rule='user.tier == "gold"'))
    assert card.count is None
    assert len(jobs(kind="count_segments")) == 1
    run_now(kind="count_segments")
    assert segments()[0].count == 3


def test_segment_of_people_narrows_a_place_for_them_alone(trained):
    upsert_users(users=[UserIn(user_id="u01", tier="gold")])
    save_segment(name="gold", segment=SegmentIn(of="users", rule='user.tier == "gold"'))
    save_placement(name="home", placement=Placement(filters=(f"{EVEN} or not @gold",)))
    assert shown("home") == {"Even"}


@pytest.mark.parametrize(
    "segment",
    [
        SegmentIn(rule="item.prise < 3"),
        SegmentIn(rule="item.category =="),
        SegmentIn(rule="1 + 1"),
        SegmentIn(rule='user.tier == "gold"'),
        SegmentIn(of="users", rule=ODD),
    ],
)
def test_segment_that_does_not_fit_is_refused(trained, segment):
    with pytest.raises(OmakaseError):
        save_segment(name="odd", segment=segment)
    assert segments() == []


def test_segment_that_names_another_is_refused(trained):
    with pytest.raises(Invalid, match="no other"):
        save_segment(name="odd", segment=SegmentIn(rule="@even"))


def test_segment_in_use_is_not_deleted(trained):
    save_segment(name="odd", segment=SegmentIn(rule=ODD))
    save_placement(name="home", placement=Placement(filters=("@odd",)))
    with pytest.raises(Conflict, match="home"):
        delete_segment(name="odd")
    save_placement(name="home", placement=Placement())
    delete_segment(name="odd")
    with pytest.raises(NotFound):
        delete_segment(name="odd")


def test_place_with_a_segment_that_there_is_not_is_refused(trained):
    with pytest.raises(Invalid, match="@odd"):
        save_placement(name="home", placement=Placement(filters=("@odd",)))


def test_segments_over_the_api(trained, api):
    saved = api.put("/api/segments/odd", {"rule": ODD}, content_type="application/json")
    assert saved.json()["count"] == 6
    assert [each["name"] for each in api.get("/api/segments").json()] == ["odd"]
    assert api.delete("/api/segments/odd").status_code == 204
    bad = api.put("/api/segments/Odd-1", {"rule": ODD}, content_type="application/json")
    assert bad.status_code == 422
