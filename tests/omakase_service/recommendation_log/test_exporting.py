"""Lists that were shown: for training, and as files."""

import csv
from pathlib import Path

import orjson
import pytest

from omakase_service.jobs.selectors import job_by_id
from omakase_service.jobs.services.worker import run_now
from omakase_service.recommendation_log.exporting import lists_to_learn_from
from omakase_service.recommendation_log.models import Answer, Outcome

pytestmark = pytest.mark.django_db


def answer(number: int, clicked: tuple[str, ...] = (), **more) -> Answer:
    row = Answer.objects.create(
        **{
            "request_id": f"r{number}",
            "time": 1_700_000_000 + number,
            "user_id": "u1",
            "algorithm": "ease",
            "version": "v1",
            "latency_ms": 1.0,
            "n_items": 2,
            "items": [["a", 0.9, 1.0], ["b", 0.5, 0.25]],
            "context": {"device": "mobile", "page": "home", "attributes": {"channel": "app"}},
            **more,
        }
    )
    for item in clicked:
        Outcome.objects.create(
            answer=row, event_id=f"e{number}{item}", item_id=item, kind="click", rank=1, time=1
        )
    return row


@pytest.fixture
def lists(db) -> None:
    answer(1, ("b",))
    answer(2)
    answer(3, ("a", "b"), user_id=None, session_id="s", first_rank=11)
    answer(4, ("a",), user_id=None)


def exported(format: str, **more) -> str:
    result = job_by_id(
        job_id=run_now(kind="export_lists", parameters={"format": format, **more})
    ).result
    return Path(result["file"]).read_text(encoding="utf-8")


def test_training_reads_lists_with_a_click_of_somebody_oldest_first(lists):
    found = lists_to_learn_from(10)
    assert [(each.user_id, each.clicked, each.first_rank) for each in found] == [
        ("u1", [False, True], 1),
        ("session:s", [True, True], 11),
    ]


def test_training_reads_the_newest_where_there_are_more(lists):
    answer(5, ("a",))
    assert [each.time - 1_700_000_000 for each in lists_to_learn_from(2)] == [5]


def test_json_lines_hold_a_list_a_line_with_what_came_of_each_place(lists):
    lines = [orjson.loads(line) for line in exported("jsonl").splitlines()]
    assert [line["request_id"] for line in lines] == ["r1", "r2", "r3", "r4"]
    first = lines[0]
    assert (first["device"], first["channel"], first["page"]) == ("mobile", "app", "home")
    assert first["items"][1] == {
        "position": 2,
        "item_id": "b",
        "score": 0.5,
        "probability": 0.25,
        "clicked": True,
        "converted": False,
    }


def test_csv_holds_a_place_a_line(lists):
    rows = list(csv.DictReader(exported("csv", since=1_700_000_003).splitlines()))
    assert [(row["session_id"], row["position"], row["item_id"], row["clicked"]) for row in rows][
        :2
    ] == [("s", "11", "a", "True"), ("s", "12", "b", "True")]
    assert len(rows) == 4
