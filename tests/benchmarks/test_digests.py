"""Pieces of the benchmark that its figures hang on."""

import random
from email.message import EmailMessage

from benchmarks import digests


def letter(person: str) -> EmailMessage:
    made = EmailMessage()
    made["To"] = f"{person}@people.example"
    return made


def test_lines_give_everybody_as_many_events_of_one_sort():
    head, *rows = digests.lines(8, random.Random(0))
    assert head == "user_id,item_id,type,timestamp"
    people = [row.split(",") for row in rows]
    assert len(people) == 8 * digests.EVENTS
    for user_id, item_id, *_ in people:
        assert int(item_id.removeprefix("item")) % 4 == int(user_id.removeprefix("p")) % 4


def test_received_counts_letters_by_person_from_one_on():
    box = digests.Mailbox(letters=[(0.0, letter(each)) for each in ("p1", "p2", "p1")])
    assert box.received() == {"p1": 2, "p2": 1}
    assert box.received(1) == {"p1": 1, "p2": 1}


def test_words_add_up_all_seeds():
    row = {
        "wanted": 10, "got one": 9, "got two": 0, "got none": 1, "kills": 2, "off that got one": 0,
        "letters after": 0, "unsubscribed": 3, "attributed": 4, "clicks": 4,
    }  # fmt: skip
    assert digests.words([row, row]).startswith(
        "Of 20 people who wanted one, 18 got one, 0 got two and 2 none after 4 kills"
    )
