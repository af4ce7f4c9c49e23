"""What columns look like."""

import polars as pl
import pytest

from omakase.data.rows import shapes


def test_looks_like_a_field_numbers_and_dates_not_names():
    for text in ("12", "3.5", "2023-01-01", "01/02/2023 10:00"):
        assert shapes.looks_like_a_field(text)
    for text in ("user_id", "Date", "", "rating", "q1"):
        assert not shapes.looks_like_a_field(text)


@pytest.mark.parametrize(
    ("texts", "names"),
    [
        (["10:00", "11:30:05"], {"is_clock"}),
        (["2023-01-01", "2023-02-01"], {"is_date_alone", "is_dated"}),
        (["1672531200", "1672531201"], {"is_epoch", "is_numeric"}),
        (["1672531200123"], {"is_epoch", "is_numeric"}),
        (["1", "2"], {"is_numeric"}),
        (["True", "no", "좋아요"], {"is_flag"}),
        (["Sun Jan 01 00:11:25 -0800 2023"], {"is_dated"}),
        (["tea", "cake"], set()),
    ],
)
def test_shapes_of_columns(texts, names):
    every = ("is_clock", "is_date_alone", "is_dated", "is_epoch", "is_numeric", "is_flag")
    assert {name for name in every if getattr(shapes, name)(pl.Series(texts))} == names


def test_kind_share_counts_known_words_of_few():
    assert shapes.kind_share(pl.Series(["view", "PV", "stare", "view"])) == 0.75
    assert shapes.kind_share(pl.Series(["1", "2"])) == 0
    assert shapes.kind_share(pl.Series(["true", "false"])) == 0
    assert shapes.kind_share(pl.Series([f"word {n}" for n in range(99)] + ["view"])) == 0


def test_is_wordy_needs_few_words():
    assert shapes.is_wordy(pl.Series(["a", "b"] * 20))
    assert not shapes.is_wordy(pl.Series([f"w{n}" for n in range(60)]))
