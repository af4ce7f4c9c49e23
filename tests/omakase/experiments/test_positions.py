"""Clicks by position."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase.experiments.positions import click_positions
from omakase.stats.rates import wilson


def test_click_positions_tell_rates_and_shares():
    clicks = click_positions([100, 100, 50], [10, 5, 5])
    assert [rate.rate for rate in clicks.rates] == [0.1, 0.05, 0.1]
    assert [rate.share for rate in clicks.rates] == [0.5, 0.25, 0.25]
    assert clicks.rates[0].interval == wilson(10, 100)
    assert clicks.mean_position == pytest.approx(0.5 + 0.5 + 0.75)
    assert clicks.mean_reciprocal == pytest.approx(0.5 + 0.125 + 0.25 / 3)


def test_click_positions_without_clicks_have_no_mean():
    clicks = click_positions([10, 0], [0, 0])
    assert clicks.mean_position is None and clicks.mean_reciprocal is None
    assert clicks.rates[1].rate == 0


@pytest.mark.parametrize(("shown", "clicked"), [([1, 2], [1]), ([1], [2])])
def test_click_positions_that_cannot_be_are_refused(shown, clicked):
    with pytest.raises(ValueError, match="click"):
        click_positions(shown, clicked)


@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=8),
    st.sampled_from([0.9, 0.95]),
)
def test_click_positions_are_rates_and_shares_by_hand(pairs, level):
    shown = [clicked + more for clicked, more in pairs]
    clicked = [pair[0] for pair in pairs]
    found = click_positions(shown, clicked, level=level)
    places = [n + 1 for n, count in enumerate(clicked) for _ in range(count)]
    assert [rate.position for rate in found.rates] == list(range(1, len(pairs) + 1))
    for rate, s, c in zip(found.rates, shown, clicked, strict=True):
        assert (rate.shown, rate.clicked) == (s, c)
        assert rate.rate == (c / s if s else 0)
        assert rate.interval == wilson(c, s, level)
        assert rate.share == pytest.approx(c / len(places) if places else 0)
    if places:
        assert found.mean_position == pytest.approx(sum(places) / len(places))
        assert found.mean_reciprocal == pytest.approx(sum(1 / p for p in places) / len(places))
    else:
        assert (found.mean_position, found.mean_reciprocal) == (None, None)


def test_click_positions_that_cannot_be_say_why():
    with pytest.raises(ValueError, match=r"^2 positions shown and 1 clicked$"):
        click_positions([1, 2], [1])
    with pytest.raises(ValueError, match=r"^a position was clicked more often than it was shown$"):
        click_positions([3, 1], [3, 2])
    assert click_positions([], []).rates == ()
