"""What is said of both lists, and of what came of them."""

from datetime import UTC, datetime, timedelta

import pytest

from omakase_service.gorse.contracts import FeedbackRule, MoveSettings
from omakase_service.gorse.mirror import report
from omakase_service.gorse.models import FeedbackEntry, MirroredList

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


def listed(user="u", *, own=("i1",), theirs=("i2",), own_shown=True, minutes=0, **more):
    return MirroredList.objects.create(
        time=NOON + timedelta(minutes=minutes),
        user_id=user,
        own_shown=own_shown,
        own=list(own),
        theirs=list(theirs),
        **more,
    )


def liked(user, item, minutes, kind="star", value=0.0):
    moment = NOON + timedelta(minutes=minutes)
    FeedbackEntry.objects.create(
        kind=kind, user_id=user, item_id=item, value=value, timestamp=moment, updated=moment
    )


@pytest.mark.parametrize(
    ("minutes", "counts"),
    [(-1, False), (0, True), (1, True), (24 * 60, True), (24 * 60 + 1, False)],
)
def test_report_counts_feedback_within_a_day_of_its_list(db, minutes, counts):
    listed()
    liked("u", "i1", minutes)
    made = report(MoveSettings(), since=NOON)
    assert made.own_hits == int(counts)
    assert made.own_rate == float(counts)


def test_report_counts_no_feedback_of_others_or_on_other_items(db):
    listed()
    liked("v", "i1", 1)
    liked("u", "i9", 1)
    made = report(MoveSettings(), since=NOON)
    assert (made.own_hits, made.their_hits) == (0, 0)


def test_report_counts_what_the_settings_call_positive_alone(db):
    listed(own=("i1", "i2", "i3"), theirs=())
    liked("u", "i1", 1, "rating", 5.0)
    liked("u", "i2", 1, "rating", 3.0)
    liked("u", "i3", 1, "view")
    config = MoveSettings(known=True, positive=(FeedbackRule("rating", ">=", 4.0),))
    assert report(config, since=NOON).own_hits == 1
    assert report(MoveSettings(), since=NOON).own_hits == 3


def test_report_counts_an_item_once_a_list_however_often_it_was_liked(db):
    listed()
    liked("u", "i1", 1)
    liked("u", "i1", 2, "view")
    assert report(MoveSettings(), since=NOON).own_hits == 1


def test_report_leaves_out_lists_of_before(db):
    listed(minutes=-1)
    listed(minutes=1)
    assert report(MoveSettings(), since=NOON).lists == 1


def test_report_counts_what_gorse_did_not_answer_beside(db):
    listed(theirs=(), failure="URLError: gone", own_ms=5.0)
    listed("v", own=("a", "b"), theirs=("b", "c", "d"), own_ms=1.0, their_ms=7.0)
    liked("u", "i1", 1)
    made = report(MoveSettings(), since=NOON)
    assert (made.lists, made.failed) == (2, 1)
    assert made.overlap == pytest.approx(1 / 3)
    assert made.own_ms == (1.0, 5.0)
    assert made.their_ms == (7.0, 7.0)
    assert made.own_hits == 0
    assert (made.own_shown, made.own_rate, made.their_rate) == (2, 0.5, None)


@pytest.mark.parametrize(
    ("own", "theirs", "overlap"),
    [
        ((), (), 1.0),
        (("a",), (), 0.0),
        (("a", "b"), ("a", "b"), 1.0),
        (("a", "b"), ("b", "a"), 1.0),
        (("a", "b", "c", "d"), ("a",), 0.25),
        (("a",), ("a", "b"), 0.5),
    ],
)
def test_report_overlap_is_the_share_of_the_longer_list(db, own, theirs, overlap):
    listed(own=own, theirs=theirs)
    assert report(MoveSettings(), since=NOON).overlap == overlap


def test_report_times_are_median_and_the_95th_of_a_hundred(db):
    for n in range(101):
        listed(own_ms=float(100 - n), their_ms=float(n * 2))
    made = report(MoveSettings(), since=NOON)
    assert (made.own_ms, made.their_ms) == ((50.0, 95.0), (100.0, 190.0))
