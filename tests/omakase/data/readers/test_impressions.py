"""Clicks among what was shown."""

from omakase.data.readers.survey import survey
from omakase.data.rows import ReadOptions

from .folders import folder

LINES = (
    "1\tU1\t11/13/2019 8:36:57 AM\tN5\tN1-1 N2-0 N3-1\n"
    "2\tU2\t11/14/2019 9:00:00 PM\t\tN2-0\n"
    "3\tU2\t11/15/2019 9:00:00 AM\tN1\tN2-1\n"
)


def test_clicks_are_events_and_what_was_passed_over_is_none(tmp_path):
    folder(tmp_path, behaviors__tsv=LINES)
    (source,) = survey(tmp_path / "behaviors.tsv", ReadOptions()).events
    (batch,) = source.batches()
    rows = batch.events.select("user_id", "item_id", "kind", "time").rows()
    assert rows == [
        ("U1", "N1", "click", 1_573_634_217),
        ("U1", "N3", "click", 1_573_634_217),
        ("U2", "N2", "click", 1_573_808_400),
    ]
