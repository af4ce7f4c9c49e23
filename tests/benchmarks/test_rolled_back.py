"""A simulated house is rolled back where its lists are bad, and not where they are alike."""

import numpy as np
from benchmarks.rolled_back import LOOKS, Version, answers_until, by_hours, day, false_alarms

GOOD, BAD = Version(np.full(100, 0.5)), Version(np.full(100, 0.1))


def test_day_has_about_its_answers_and_counts_them_by_hour(rng):
    made = day(GOOD, 3_000, rng)
    counts = made.counts(LOOKS)
    assert abs(made.answers.sum() - 3_000) < 300 and len(counts) == 24
    assert sum(each.answers for each in counts.values()) == made.answers.sum()
    assert 0.4 < made.clicked.sum() / made.answers.sum() < 0.6


def test_bad_version_goes_within_a_few_hundred_answers(rng):
    assert answers_until(GOOD, BAD, 3_000, rng) < 600


def test_equal_versions_stay(rng):
    assert false_alarms(GOOD, 3_000, 3, rng, by_hours) == 0
