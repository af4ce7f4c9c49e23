"""Who gets which variant."""

import subprocess
import sys
from itertools import combinations

import numpy as np
import pytest
from scipy import stats

from omakase.experiments.assignment import Assignment, Slot, Variant, free_slot

USERS = [f"user-{n}" for n in range(20_000)]


def three(salt="colours", weights=(0.5, 0.3, 0.2), **fields):
    names = ("a", "b", "c", "d")
    return Assignment(salt, tuple(map(Variant, names, weights)), **fields)


def assigned(assignment, users=USERS):
    return np.array([assignment.variant(user) or "" for user in users])


def test_variant_is_the_same_in_another_process():
    code = (
        "from omakase.experiments.assignment import *\n"
        "a = Assignment('colours', (Variant('a', .5), Variant('b', .3), Variant('c', .2)))\n"
        "print(''.join(a.variant(f'user-{n}') for n in range(200)))"
    )
    out = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": ":".join(sys.path), "PYTHONHASHSEED": "7"},
    ).stdout.strip()
    assert out == "".join(three().variant(user) for user in USERS[:200])


def test_variants_come_in_their_shares():
    names, counts = np.unique(assigned(three()), return_counts=True)
    assert names.tolist() == ["a", "b", "c"]
    assert stats.chisquare(counts, np.array([0.5, 0.3, 0.2]) * len(USERS)).pvalue > 0.001


def test_experiments_are_independent_of_each_other():
    columns = [assigned(three(f"experiment-{n}")) for n in range(5)]
    for first, second in combinations(columns, 2):
        table = stats.contingency.crosstab(first, second).count
        assert stats.chi2_contingency(table).pvalue > 1e-4


def test_traffic_lets_a_share_take_part_and_more_of_it_only_adds():
    few, many = assigned(three(traffic=0.1)), assigned(three(traffic=0.4))
    assert np.mean(few != "") == pytest.approx(0.1, abs=0.01)
    assert np.mean(many != "") == pytest.approx(0.4, abs=0.02)
    inside = few != ""
    assert (few[inside] == many[inside]).all()


def test_slots_of_one_layer_exclude_each_other():
    first, second = (
        assigned(three(f"slot-{n}", slot=Slot("page", n / 2, (n + 1) / 2))) != "" for n in range(2)
    )
    assert not (first & second).any()
    assert (first | second).all()
    other = assigned(three("other", slot=Slot("mail", 0, 0.5))) != ""
    table = stats.contingency.crosstab(first, other).count
    assert stats.chi2_contingency(table).pvalue > 1e-4


def test_a_thousand_layers_leave_the_variant_as_it_is():
    inside = {three(slot=Slot(f"layer-{n}")).variant("user-7") for n in range(1000)}
    assert inside == {three().variant("user-7")}


def test_change_of_weights_moves_as_few_as_it_can():
    before, after = (
        assigned(three(weights=(0.4, 0.4, 0.2))),
        assigned(three(weights=(0.1, 0.1, 0.8))),
    )
    assert np.mean(before != after) == pytest.approx(0.6, abs=0.02)
    assert (after[before == "c"] == "c").all()


def test_single_variant_takes_everybody():
    assert set(assigned(Assignment("all", (Variant("a", 1.0),)))) == {"a"}
    assert three().chances() == {"a": 0.5, "b": 0.3, "c": 0.2}


def test_ids_and_salts_of_any_text_have_a_variant():
    long = three("실험 " * 200)
    for identity in ("", "사용자-1", "a" * 10_000, "💥"):
        assert long.variant(identity) in {"a", "b", "c"}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"weights": (0.5, 0.5, 0.5)}, "add up to 1"),
        ({"weights": (1.0, 0.0)}, "above 0"),
        ({"traffic": 0.0}, "traffic"),
        ({"slot": Slot("page", 0.5, 0.2)}, "slot"),
    ],
)
def test_assignment_that_cannot_be_is_refused(fields, words):
    with pytest.raises(ValueError, match=words):
        three(**fields)


def test_assignment_of_too_many_or_equal_names_is_refused():
    with pytest.raises(ValueError, match="share a name"):
        Assignment("s", (Variant("a", 0.5), Variant("a", 0.5)))
    with pytest.raises(ValueError, match="15 variants"):
        Assignment("s", tuple(Variant(str(n), 1 / 15) for n in range(15)))


def test_free_slot_is_the_first_that_fits():
    taken = [Slot("page", 0.0, 0.3), Slot("page", 0.4, 0.9), Slot("mail", 0, 1)]
    assert free_slot("page", taken, 0.1) == Slot("page", 0.3, 0.4)
    assert free_slot("page", taken, 0.05).start == 0.3
    assert free_slot("other", taken, 1.0) == Slot("other", 0.0, 1.0)
    with pytest.raises(ValueError, match="no free part"):
        free_slot("page", taken, 0.2)
