"""A table of models with popularity in it."""

import json
from dataclasses import replace

import numpy as np
import pytest

from omakase.data.splits import by_time, leave_one_out
from omakase.errors import UnknownName
from omakase.evaluate.compare import BASELINE, Candidate, compare
from omakase.models import ease, popular, random
from omakase.types import silent


@pytest.fixture(scope="module")
def table(tribes):
    contenders = {
        "ease": Candidate(ease.Ease, ease.EaseConfig(l2=1.0)),
        "stiff": Candidate(ease.Ease, ease.EaseConfig(l2=1e9)),
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
    assert table.winner.seconds >= rows[table.winner.model]["train seconds"]
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
    alone = compare({BASELINE: Candidate(popular.Popular, popular.PopularConfig())}, split, k=3)
    assert alone.verdict.startswith("nothing beats popularity")


def test_equals_are_a_tie(tribes):
    same = {name: Candidate(ease.Ease, ease.EaseConfig()) for name in ("one", "two")}
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
            {"slow": Candidate(Slow, ease.EaseConfig())}, leave_one_out(tribes(10)), measure=measure
        )
    assert fitted == []


def test_a_model_of_chance_is_fitted_once_a_seed_and_says_how_far_it_strays(tribes):
    field = {"random": Candidate(random.Random, random.RandomConfig())}
    table = compare(field, leave_one_out(tribes(30)), k=3, seeds=(0, 1, 2, 3))
    line = next(line for line in table.lines if line.model == "random")
    assert len(line.reports) == 4
    figures = [report.figures["ndcg@3"] for report in line.reports]
    assert line.figures["ndcg@3"] == pytest.approx(np.mean(figures))
    assert line.deviations["ndcg@3"] == pytest.approx(np.std(figures, ddof=1))
    assert line.deviations["ndcg@3"] > 0
    values = np.mean([report.per_query["ndcg@3"] for report in line.reports], axis=0)
    np.testing.assert_allclose(line.per_query["ndcg@3"], values)


def test_the_order_in_which_models_are_named_does_not_matter(tribes):
    split = leave_one_out(tribes(14))
    field = {
        "ease": Candidate(ease.Ease, ease.EaseConfig(l2=1.0)),
        "random": Candidate(random.Random, random.RandomConfig()),
    }
    tables = [compare(dict(order), split, k=3) for order in (field.items(), [*field.items()][::-1])]
    first, second = ([(line.model, line.figures) for line in table.lines] for table in tables)
    assert first == second


def test_the_winner_is_of_the_measure_that_was_asked(tribes):
    """Random shows most of the catalog to somebody, and finds least."""
    split = leave_one_out(tribes(24))
    field = {
        "ease": Candidate(ease.Ease, ease.EaseConfig(l2=1.0)),
        "random": Candidate(random.Random, random.RandomConfig()),
    }
    by_auc = compare(field, split, k=3, measure="auc")
    assert by_auc.winner.model == "ease"
    assert by_auc.measure == "auc"
    by_novelty = compare(field, split, k=3, measure="novelty")
    values = {line.model: line.figures["novelty@3"] for line in by_novelty.lines}
    assert by_novelty.winner.model == max(values, key=values.get)


def test_the_gap_to_popularity_is_query_by_query(table):
    base = next(line for line in table.lines if line.model == BASELINE)
    for line in table.lines:
        if line.model != BASELINE:
            gaps = line.per_query["ndcg@3"] - base.per_query["ndcg@3"]
            assert line.over_baseline["ndcg@3"].mean == pytest.approx(gaps.mean())
    assert base.over_baseline == {}


def test_validation_is_fitted_without_the_validation_part(tribes):
    """What is chosen on a part must not have been learnt from it."""
    split = by_time(tribes(12))
    seen = []

    class Watching(popular.Popular):
        @classmethod
        def fit(cls, data, config, *, rng, progress=silent):
            seen.append(data.matrix.nnz)
            return super().fit(data, config, rng=rng)

    for part in ("validation", "test"):
        compare({"w": Candidate(Watching, popular.PopularConfig())}, split, part=part, k=3)
    assert seen[0] == split.train.matrix.nnz < seen[1] == split.learnt("test").matrix.nnz


def lonely(tribes):
    """Two tribes, of whom one person alone did anything in the newest tenth."""
    data = tribes(30)
    times = np.sort(data.events.times)
    newest = data.events.times >= times[int(0.95 * len(times))]
    users = np.where(newest, data.events.users[0], data.events.users).astype(np.int32)
    return data.with_events(replace(data.events, users=users))


def test_one_person_has_no_interval_and_the_verdict_says_that_it_is_too_few(tribes):
    contenders = {"ease": Candidate(ease.Ease, ease.EaseConfig(l2=1.0))}
    split = by_time(lonely(tribes), test=0.04)
    alone = compare(contenders, split, k=3)
    assert alone.people == 1 and not alone.is_telling
    assert alone.verdict.startswith("one person is too few to compare models")
    told = json.loads(json.dumps(alone.to_dict(), allow_nan=False))
    assert all(line["intervals"]["ndcg@3"] is None for line in told["models"])
    assert told["telling"] is False


def test_a_figure_that_is_none_is_written_as_null(table):
    odd = {**table.winner.figures, "ndcg@3": float("nan"), "auc": float("inf")}
    line = replace(table.winner, figures=odd)
    told = replace(table, lines=(line,)).to_dict()["models"][0]["figures"]
    assert (told["ndcg@3"], told["auc"]) == (None, None)
