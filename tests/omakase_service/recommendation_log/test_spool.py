"""Answers on the disk: what comes back is what was put there."""

import pytest

from omakase_service.platform.journal import Journal, JournalFull
from omakase_service.recommendation_log import spool
from omakase_service.recommendation_log.contracts import LoggedAnswer, ShownItem, new_key


def answer(name: str) -> LoggedAnswer:
    return LoggedAnswer(
        request_id=name,
        time=1_700_000_000,
        items=[ShownItem("영화 1", 0.5, 0.25, {"text": "because", "because": [{"item_id": "i"}]})],
        algorithm="ease",
        version="v1",
        user_id="ada",
        cache_hit=True,
        latency_ms=2.5,
        context={"device": "mobile"},
    )


def brought() -> list[LoggedAnswer]:
    found: list[LoggedAnswer] = []
    spool.bring(found.extend)
    return found


def test_all_of_an_answer_comes_back_once(short):
    put = [answer("a"), answer("b")]
    assert not spool.waiting()
    spool.put(put)
    assert spool.waiting()
    found = brought()
    assert found == put
    assert [each.key for each in found] == [each.key for each in put]
    assert not spool.waiting()
    assert brought() == []


def test_nothing_to_put_makes_no_file(short):
    spool.put([])
    assert list(short.data_folder.iterdir()) == []


def test_they_come_in_the_order_in_which_they_were_given(short):
    first, second, third = answer("1"), answer("2"), answer("3")
    spool.put([second, third])
    spool.put([first])
    assert [each.request_id for each in brought()] == ["1", "2", "3"]


def test_what_cannot_be_written_stays_there(short):
    spool.put([answer("a")])

    def refuse(answers: list[LoggedAnswer]) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        spool.bring(refuse)
    spool.put([answer("b")])
    assert [each.request_id for each in brought()] == ["a", "b"]


def test_spool_takes_more_during_a_replay(short):
    spool.put([answer("a")])
    found: list[str] = []

    def slow(answers: list[LoggedAnswer]) -> None:
        found.extend(each.request_id for each in answers)
        if found == ["a"]:
            spool.put([answer("b")])

    assert spool.bring(slow) == 1
    assert spool.bring(slow) == 1
    assert found == ["a", "b"]


def test_those_of_a_process_that_lives_are_its_own(short):
    spool.put([answer("a")])
    assert Journal(short.data_folder / "answers").replay(lambda payloads: None) == 0
    assert [each.request_id for each in brought()] == ["a"]


def test_a_disk_that_takes_nothing_says_so(short):
    (short.data_folder / "answers").write_text("no folder")
    with pytest.raises(JournalFull):
        spool.put([answer("a")])


def test_keys_rise_and_are_ones_own():
    keys = [new_key() for _ in range(100)]
    assert len(set(keys)) == 100
    assert [key.int >> 64 for key in keys] == sorted(key.int >> 64 for key in keys)


def test_answer_put_ahead_comes_back_from_a_process_that_died(short):
    spool.put_ahead(answer("a"))
    spool.put_ahead(answer("b"))
    assert not spool.waiting()  # it is not aside: nothing waits for a database that is down
    spool.journal_of(spool.ahead_folder()).close()  # as the system does at the end of the process
    assert [each.request_id for each in brought()] == ["a", "b"]
    assert brought() == []


def test_answer_put_ahead_on_a_full_disk_says_so(short):
    (short.data_folder / "answers").write_text("no folder")
    with pytest.raises(JournalFull):
        spool.put_ahead(answer("a"))
