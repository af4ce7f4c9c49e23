"""Which model answers, and what is said of it."""

import numpy as np
import polars as pl
import pytest

from omakase.data.dataset import Dataset
from omakase.data.splits import by_time
from omakase.errors import OnlyRepeats
from omakase.evaluate.compare import Candidate, compare
from omakase.evaluate.questions import evaluation_queries
from omakase.evaluate.selection import COUNT_REPEATS, select
from omakase.models import ease, popular, random

START = 1_700_000_000
DAY = 86_400
EASE = {"ease": Candidate(ease.Ease, ease.EaseConfig(l2=1.0))}
POPULAR = {"popular": Candidate(popular.Popular, popular.PopularConfig())}
CHANCE = {"random": Candidate(random.Random, random.RandomConfig())}


def dataset(rows):
    """From (user, item, days since the start)."""
    table = pl.DataFrame(
        [(u, i, "purchase", 1.0, START + int(day * DAY)) for u, i, day in rows],
        schema=["user_id", "item_id", "kind", "value", "time"],
        orient="row",
    )
    return Dataset.from_table(table)


def judged(asked, **options):
    return lambda split: compare(asked, split, k=3, **options)


def selected(data, asked, **options):
    return select(data, asked, judged(asked, **options))


@pytest.fixture(scope="module")
def shop():
    """Forty people of two tribes who take up their tribe's items in an order of their own."""
    chance = np.random.default_rng(3)
    rows = []
    for u in range(40):
        own = [i for i in range(12) if i % 2 == u % 2]
        days = np.sort(chance.integers(0, 100, len(own)))
        rows += [(f"u{u}", f"i{i}", d) for i, d in zip(chance.permutation(own), days, strict=True)]
    return dataset(rows)


@pytest.fixture(scope="module")
def grocer():
    """Everybody buys the same few things every week."""
    return dataset(
        [(f"u{u}", f"i{(u + k) % 9}", w * 7) for u in range(20) for k in range(3) for w in range(9)]
    )


def test_select_among_enough_people_takes_the_best(shop):
    found = selected(shop, EASE)
    assert (found.best, found.withheld) == ("ease", "")
    assert found.remarks == ("Only 19 people could be asked, so the figures are rough.",)
    assert found.is_telling and found.table.split == "time"


def test_select_lets_popularity_answer_where_it_is_surely_better():
    """Half of all took the one loved thing long ago, the others take it now."""
    crowd = dataset(
        [(f"u{u}", "loved" if u % 2 else f"own{u}", u / 9) for u in range(120)]
        + [(f"u{u}", "loved", 100) for u in range(0, 120, 2)]
    )
    found = selected(crowd, CHANCE)
    assert found.best == "popular"
    assert found.remarks[-1].startswith("Plain popularity is no worse")
    assert found.remarks[-1].endswith("so it answers.")
    assert selected(crowd, POPULAR).remarks == ()


def test_select_keeps_a_candidate_that_popularity_may_beat_by_chance_and_says_so():
    crowd = dataset([(f"u{u}", f"i{i}", 9 * i + u / 9) for u in range(40) for i in range(6)])
    found = selected(crowd, EASE)
    table = found.table
    if table.winner.model == "popular":
        assert found.best == "ease"
        assert "may be chance; ease answers" in found.remarks[-1]


def test_select_judges_each_persons_last_event_where_one_person_fills_the_newest(shop):
    rows = [(f"u{n % 12}", f"i{(n % 12 * 7 + n // 12 * 3) % 20}", n / 9) for n in range(90)]
    rows += [("u0", f"j{n}", 11 + n / 9) for n in range(10)]
    found = selected(dataset(rows), EASE)
    assert found.table.split == "leave-one-out"
    assert "only one person could be asked" in found.remarks[0]


def test_select_of_too_few_people_lets_popularity_answer_and_says_so():
    rows = [(f"u{u}", f"i{(u + k) % 7}", k) for u in range(4) for k in range(5)]
    found = selected(dataset(rows), EASE)
    assert found.best == "popular" and not found.is_telling
    assert "too few to compare models" in found.remarks[-1]
    assert found.withheld == ""


def test_select_of_a_handful_of_events_lets_popularity_answer():
    found = selected(dataset([("u", "i", 0), ("v", "i", 1)]), EASE)
    assert found.best == "popular" and not found.is_telling
    alone = selected(dataset([("u", "i", 0)]), EASE)
    assert (alone.best, alone.table) == ("popular", None)
    assert alone.remarks[0].startswith("The models could not be judged")


def test_select_where_all_is_bought_again_says_so_and_the_first_named_answers(grocer):
    found = selected(grocer, EASE)
    assert (found.best, found.table) == ("ease", None)
    assert "repeats" in found.remarks[0] and COUNT_REPEATS in found.remarks
    counted = selected(grocer, EASE, mask_seen=False)
    assert counted.is_telling and counted.table.winner.figures["recall@3"] > 0.9


def test_select_withholds_where_nobody_chose_what_any_model_found():
    rows = [(f"u{u}", f"i{u % 5}", 0) for u in range(40)]
    rows += [(f"u{u}", f"new{u}", 50) for u in range(40)]
    found = selected(dataset(rows), EASE)
    assert found.is_telling
    assert "no model found anything" in found.withheld
    assert found.table.verdict.startswith("no model found anything")


def test_questions_of_repeats_alone_count_the_events(grocer):
    split = by_time(grocer)
    with pytest.raises(OnlyRepeats, match="all 60 events of the test part are repeats") as told:
        evaluation_queries(split, "test")
    assert told.value.events == len(split.test.events)
    assert len(evaluation_queries(split, "test", mask_seen=False)) == 20
