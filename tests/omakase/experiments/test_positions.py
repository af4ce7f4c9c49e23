"""Clicks by position."""

import pytest

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
