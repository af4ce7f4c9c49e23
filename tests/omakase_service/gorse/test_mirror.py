"""Whose list a person gets, and what is said of both."""

from contextlib import suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import ClassVar

import pytest
from django.utils import timezone

from omakase_service.gorse.contracts import ListWish, MoveSettings, ScoredId
from omakase_service.gorse.mirror import (
    OwnersGorse,
    is_ours,
    mirror_list,
    own_percent,
    report,
    share_out,
)
from omakase_service.gorse.models import MirroredList
from omakase_service.gorse.services import store_feedback
from omakase_service.gorse.wire import feedback_of
from omakase_service.platform.exceptions import Invalid

PEOPLE = [f"u{n}" for n in range(2000)]


def test_is_ours_grows_with_the_share_and_nobody_goes_back():
    shares = [{p for p in PEOPLE if is_ours(p, percent)} for percent in (0, 10, 50, 100)]
    assert shares[0] == set()
    assert shares[3] == set(PEOPLE)
    assert shares[1] <= shares[2]
    assert 150 < len(shares[1]) < 250


def test_share_out_holds_and_refuses_what_is_no_share(db):
    assert own_percent() == 0
    share_out(percent=12.5)
    assert own_percent() == 12.5
    with pytest.raises(Invalid, match="between 0 and 100"):
        share_out(percent=101)


def test_mirror_list_shows_ours_where_gorse_does_not_answer(db):
    nobody = OwnersGorse("http://127.0.0.1:1", timeout=1.0)
    own = [ScoredId("i1", 1.0)]
    assert mirror_list(nobody, ListWish(1, user_id="u"), lambda: own, percent=0) == own
    row = MirroredList.objects.get()
    assert (row.own_shown, row.own, row.theirs) == (True, ["i1"], [])
    assert "URLError" in row.failure


class DrippingGorse(BaseHTTPRequestHandler):
    """Sends a byte of its answer now and then, until the test is over: no single wait is long."""

    over: ClassVar[Event]

    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        with suppress(OSError):
            while not self.over.wait(0.05):
                self.wfile.write(b" ")

    def log_message(self, *args):
        pass


def test_mirror_list_waits_for_no_more_than_its_timeout(db, monkeypatch):
    monkeypatch.setattr(DrippingGorse, "over", Event(), raising=False)
    server = ThreadingHTTPServer(("127.0.0.1", 0), DrippingGorse)
    Thread(target=server.serve_forever, daemon=True).start()
    slow = OwnersGorse(f"http://127.0.0.1:{server.server_port}", timeout=0.3)
    own = [ScoredId("i1", 1.0)]
    assert mirror_list(slow, ListWish(1, user_id="u"), lambda: own, percent=0) == own
    assert "TimeoutError" in MirroredList.objects.get().failure
    DrippingGorse.over.set()
    server.shutdown()
    server.server_close()


def test_report_counts_agreement_and_what_came_of_the_lists(db):
    now = timezone.now()
    lists = [
        ("a", True, ["i1", "i2"], ["i2", "i3"], 1.0, 10.0),
        ("b", False, ["i1", "i2"], ["i1", "i2"], 3.0, 30.0),
    ]
    for user_id, shown, own, theirs, own_ms, their_ms in lists:
        MirroredList.objects.create(
            time=now - timedelta(hours=1),
            user_id=user_id,
            own_shown=shown,
            own=own,
            theirs=theirs,
            own_ms=own_ms,
            their_ms=their_ms,
        )
    rows = [("a", "i1"), ("a", "i2"), ("b", "i2"), ("c", "i1")]
    feedback = [
        {"FeedbackType": "like", "UserId": u, "ItemId": i, "Timestamp": now.isoformat()}
        for u, i in rows
    ]
    store_feedback(rows=[feedback_of(row) for row in feedback], overwrite=False)
    made = report(MoveSettings(), since=now - timedelta(days=1))
    assert (made.lists, made.failed, made.overlap) == (2, 0, 0.75)
    assert (made.own_hits, made.their_hits) == (3, 2)
    assert (made.own_rate, made.their_rate) == (2.0, 1.0)
    assert made.lift == 1.0
    assert made.their_ms == (10.0, 30.0)


def test_report_of_nothing_says_nothing(db):
    made = report(MoveSettings(), since=timezone.now())
    assert (made.lists, made.overlap, made.lift) == (0, None, None)
