"""The table of typed messages, and how many of them are read right."""

from benchmarks.dialog_readings import KINDS, is_right, table

LEAST = 0.97


def test_table_of_readings_is_three_hundred_distinct_messages_of_all_kinds():
    messages = table()
    assert len({(each.language, each.text) for each in messages}) == len(messages) == 300
    assert {(each.language, each.kind) for each in messages} == {
        (language, kind) for language in ("ko", "en") for kind in KINDS
    }
    halves = [each.half for each in messages]
    assert min(halves.count("developed"), halves.count("kept")) > 120


def test_readings_as_typed_are_right_in_at_least_97_percent():
    messages = table()
    wrong = [each.text for each in messages if not is_right(each)]
    assert 1 - len(wrong) / len(messages) >= LEAST, wrong
