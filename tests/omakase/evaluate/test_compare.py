"""A table of models with popularity in it."""

import json

import pytest

from omakase.data.splits import leave_one_out
from omakase.errors import UnknownName
from omakase.evaluate.compare import BASELINE, Contender, compare
from omakase.models import ease, popular


@pytest.fixture(scope="module")
def table(tribes):
    contenders = {
        "ease": Contender(ease.Ease, ease.Config(l2=1.0)),
        "stiff": Contender(ease.Ease, ease.Config(l2=1e9)),
    }
    return compare(contenders, leave_one_out(tribes(30)), k=3, seeds=(0, 1, 2))


def test_popularity_is_always_there(table):
    assert {line.model for line in table.lines} == {"ease", "stiff", BASELINE}


def test_the_winner_is_named_and_beats_popularity_surely(table):
    assert table.winner.model in ("ease", "stiff")
    assert table.verdict.startswith(f"{table.winner.model} wins with ndcg@3")
    gap = table.winner.over_baseline["ndcg@3"]
    assert gap.is_sure and gap.low > 0
    assert BASELINE not in table.ties


def test_lines_are_in_order_with_intervals_around_their_figures(table):
    figures = [line.figures["ndcg@3"] for line in table.lines]
    assert figures == sorted(figures, reverse=True)
    for line in table.lines:
        low, high = line.intervals["ndcg@3"]
        assert low <= line.figures["ndcg@3"] <= high


def test_a_model_without_chance_has_no_deviation_over_seeds(table):
    assert len(table.winner.reports) == 2
    assert table.winner.deviations["ndcg@3"] == 0


def test_rows_say_what_it_cost_and_what_it_gains(table):
    rows = {row["model"]: row for row in table.rows()}
    assert rows["ease"]["train seconds"] > 0 and rows["ease"]["answer ms"] > 0
    low, high = rows["ease"]["ndcg@3 over popular"]
    assert 0 < low <= high
    assert rows[BASELINE]["ndcg@3 over popular"] is None


def test_the_table_can_be_written_as_json(table):
    again = json.loads(json.dumps(table.to_dict()))
    assert again["winner"] == table.winner.model
    assert again["models"][0]["config"] == dict(table.winner.config)
    assert again["counts"]["queries"] == 30


def test_popularity_alone_wins_and_says_so(tribes):
    split = leave_one_out(tribes(10))
    alone = compare({BASELINE: Contender(popular.Popular, popular.Config())}, split, k=3)
    assert alone.verdict.startswith("nothing beats popularity")


def test_equals_are_a_tie(tribes):
    same = {name: Contender(ease.Ease, ease.Config()) for name in ("one", "two")}
    table = compare(same, leave_one_out(tribes(10)), k=3)
    assert {table.winner.model, *table.ties} >= {"one", "two"}
    assert "within chance of it" in table.verdict


def test_progress_counts_the_fits(tribes):
    heard = []
    compare({}, leave_one_out(tribes(8)), seeds=(0, 1), progress=lambda *n: heard.append(n))
    assert heard == [(0, 2), (1, 2), (2, 2)]


@pytest.mark.parametrize("measure", ["ndgc", "recall@5", ""])
def test_a_measure_that_does_not_exist_is_known_before_anything_slow_is_fitted(tribes, measure):
    fitted = []

    class Slow(ease.Ease):
        @classmethod
        def fit(cls, *data, **more):
            fitted.append(cls)
            return super().fit(*data, **more)

    with pytest.raises(UnknownName, match="no measure named"):
        compare(
            {"slow": Contender(Slow, ease.Config())}, leave_one_out(tribes(10)), measure=measure
        )
    assert fitted == []
