"""Who gets which variant: uniform, independent, cheap.

A million users are assigned in twenty experiments. "uniform p" is the chi-square test of the
shares of each experiment; "independent p" that of each pair of experiments (190 of them); of many
honest p-values the smallest is about 1 / their number, which "expected" says. "µs" is one call in
plain Python. "moved" is the share of users who change their variant when the weights do, beside
the least that any method could move.
"""

from collections.abc import Sequence
from itertools import combinations
from time import process_time

import numpy as np
from scipy import stats

from benchmarks.form import Asked, Result, Row, run
from omakase.experiments.assignment import Assignment, Slot, Variant

EXPERIMENTS = 20
WEIGHTS = (0.5, 0.3, 0.2)


def assignment(asked: Asked) -> Result:
    """Uniformity, independence, layers, cost, and what a change moves."""
    users = [f"user-{n}" for n in range(20_000 if asked.quick else 1_000_000)]
    plans = [plan(f"experiment-{n}") for n in range(EXPERIMENTS)]
    began = process_time()
    assigned = np.array([numbers(each, users) for each in plans])
    seconds = process_time() - began
    uniform = [share_test(column, WEIGHTS) for column in assigned]
    pairs = [pair_test(a, b) for a, b in combinations(assigned, 2)]
    checks = {"uniform p": uniform, "independent p": pairs}
    rows: list[Row] = [p_row(name, p_values, len(users)) for name, p_values in checks.items()]
    rows += [layered(users), moved(users)]
    cost = 1e6 * seconds / len(users) / EXPERIMENTS
    note = f"{len(users):,} users in {EXPERIMENTS} experiments: {cost:.2f} µs an assignment."
    return Result(rows, [note])


def plan(salt: str, weights: Sequence[float] = WEIGHTS, slot: Slot | None = None) -> Assignment:
    """Variants 0, 1, … with these weights."""
    return Assignment(salt, tuple(Variant(str(n), w) for n, w in enumerate(weights)), slot=slot)


def numbers(assignment: Assignment, users: Sequence[str]) -> np.ndarray:
    """(users,) the number of each one's variant; -1 for none."""
    return np.array([int(assignment.variant(user) or "-1") for user in users], dtype=np.int8)


def share_test(column: np.ndarray, weights: Sequence[float]) -> float:
    """p-value of the planned shares."""
    expected = np.asarray(weights) * len(column)
    return float(stats.chisquare(np.bincount(column, minlength=len(weights)), expected).pvalue)


def pair_test(first: np.ndarray, second: np.ndarray) -> float:
    """p-value of independence."""
    table = np.bincount(3 * first.astype(np.int64) + second, minlength=9).reshape(3, 3)
    return float(stats.chi2_contingency(table).pvalue)


def p_row(name: str, p_values: Sequence[float], users: int) -> Row:
    """The smallest of many p-values, and whether they are spread as they should be."""
    return {
        "check": name,
        "users": users,
        "tests": len(p_values),
        "smallest": min(p_values),
        "expected": 1 / len(p_values),
        "p of all": float(stats.kstest(p_values, "uniform").pvalue),
    }


def layered(users: Sequence[str]) -> Row:
    """Two experiments of one layer and one of another."""
    first, second = (plan(f"slot-{n}", slot=Slot("page", n / 2, (n + 1) / 2)) for n in range(2))
    third = plan("slot-2", slot=Slot("mail", 0, 0.5))
    inside = [
        np.array([each.variant(user) is not None for user in users])
        for each in (first, second, third)
    ]
    return {
        "check": "layers",
        "users": len(users),
        "in both of one layer": int((inside[0] & inside[1]).sum()),
        "share of each": float(inside[0].mean()),
        "p of all": float(stats.chi2_contingency(crossed(inside[0], inside[2])).pvalue),
    }


def moved(users: Sequence[str]) -> Row:
    """From equal thirds to 10, 10 and 80 per cent, as a bandit does."""
    earlier = numbers(plan("moving", (1 / 3, 1 / 3, 1 / 3)), users)
    later = numbers(plan("moving", (0.1, 0.1, 0.8)), users)
    return {
        "check": "change of weights",
        "users": len(users),
        "moved": float((earlier != later).mean()),
        "least": 0.8 - 1 / 3,
    }


def crossed(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """(2, 2) counts."""
    return np.bincount(2 * first.astype(np.int64) + second, minlength=4).reshape(2, 2)


if __name__ == "__main__":
    run("assignment", assignment, __doc__)
