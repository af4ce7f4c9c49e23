"""Rows become tables."""

from benchmarks.markdown import cell, table


def test_a_column_for_every_key_in_order_of_occurrence():
    rows = [{"model": "ease", "recall": 0.5}, {"model": "popular", "seconds": 2}]
    assert table(rows).splitlines() == [
        "| model | recall | seconds |",
        "| --- | --- | --- |",
        "| ease | 0.5 | – |",
        "| popular | – | 2 |",
    ]


def test_chosen_columns_under_other_heads():
    rows = [{"model": "ease", "recall": 0.5, "seconds": 2}]
    text = table(rows, ["seconds", "model"], {"model": "모델"})
    assert text.splitlines()[0] == "| seconds | 모델 |"
    assert text.splitlines()[-1] == "| 2 | ease |"


def test_a_pipe_does_not_break_the_table():
    assert table([{"model": "a|b"}]).splitlines()[-1] == "| a\\|b |"


def test_numbers_have_four_digits_that_count():
    assert cell(0.123456) == "0.1235"
    assert cell(12345.6) == "12,346"
    assert cell(6040) == "6,040"
    assert cell([0.1, 0.25]) == "0.1 – 0.25"
    assert (cell(True), cell(False), cell(None)) == ("yes", "no", "–")
