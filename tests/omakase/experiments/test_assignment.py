"""Who gets which variant."""

import subprocess
import sys
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
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


IDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(IDS, st.text(st.characters(exclude_categories=["Cs"]), max_size=10), st.floats(0.01, 1))
def test_variant_of_an_id_is_the_same_each_time_and_stays_with_more_traffic(unit_id, salt, traffic):
    variants = (Variant("a", 0.5), Variant("b", 0.5))
    some, all_ = Assignment(salt, variants, traffic), Assignment(salt, variants)
    found = some.variant(unit_id)
    assert found == some.variant(unit_id)
    assert found in (None, all_.variant(unit_id))
    assert all_.variant(unit_id) in ("a", "b")


@given(IDS, st.lists(st.integers(1, 9), min_size=2, max_size=6), st.integers(0, 5))
def test_variant_that_gets_more_weight_loses_nobody(unit_id, weights, grown):
    grown %= len(weights)
    names = [f"v{n}" for n in range(len(weights))]

    def assignment(shares: list[int]) -> Assignment:
        total = sum(shares)
        parts = zip(names, shares, strict=True)
        return Assignment("s", tuple(Variant(name, part / total) for name, part in parts))

    more = [w + 5 * (n == grown) for n, w in enumerate(weights)]
    before, after = assignment(weights).variant(unit_id), assignment(more).variant(unit_id)
    assert after in (before, names[grown])


@given(IDS, st.integers(1, 9))
def test_slots_that_part_a_layer_have_everybody_exactly_once(unit_id, parts):
    variants = (Variant("a", 1.0),)
    inside = [
        Assignment("s", variants, slot=Slot("page", n / parts, (n + 1) / parts)).variant(unit_id)
        for n in range(parts)
    ]
    assert [name for name in inside if name] == ["a"]


@given(st.lists(st.tuples(st.integers(0, 19), st.integers(1, 8)), max_size=5), st.integers(1, 20))
def test_free_slot_is_the_first_of_all_that_overlap_nothing(taken, width):
    """In twentieths: every beginning is tried by hand."""
    busy: set[int] = set()
    slots = []
    for start, length in taken:
        cells = set(range(start, min(start + length, 20)))
        if not cells & busy:
            busy |= cells
            slots.append(Slot("page", start / 20, (max(cells) + 1) / 20))
    fits = [n for n in range(21 - width) if not busy & set(range(n, n + width))]
    if fits:
        found = free_slot("page", slots, width / 20)
        assert found.start == pytest.approx(fits[0] / 20)
        assert found.end == pytest.approx((fits[0] + width) / 20)
    else:
        with pytest.raises(ValueError, match=f"^layer 'page' has no free part of {width / 20:.0%}"):
            free_slot("page", slots, width / 20)


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        ((0.5, 0.6), "weights must be above 0 and add up to 1; they add up to 1.1"),
        ((1.5, -0.5), "weights must be above 0 and add up to 1; they add up to 1"),
        ((float("nan"), 0.5), "weights must be above 0 and add up to 1; they add up to nan"),
        ((), "0 variants: there may be 1 to 14"),
    ],
)
def test_assignment_of_weights_that_cannot_be_says_what_they_add_up_to(weights, words):
    variants = tuple(Variant(f"v{n}", weight) for n, weight in enumerate(weights))
    with pytest.raises(ValueError, match=f"^{words}$"):
        Assignment("s", variants)


@pytest.mark.parametrize("traffic", [0.0, -0.5, 1.5, float("nan")])
def test_assignment_of_no_traffic_says_how_much_there_may_be(traffic):
    with pytest.raises(ValueError, match=f"^a traffic of {traffic} is not above 0 and at most 1$"):
        three(traffic=traffic)


@pytest.mark.parametrize("ends", [(0.5, 0.5), (-0.1, 0.5), (0.5, 1.1)])
def test_assignment_of_a_slot_beyond_its_layer_says_its_ends(ends):
    with pytest.raises(
        ValueError, match=f"^a slot from {ends[0]} to {ends[1]} is not within 0 to 1$"
    ):
        three(slot=Slot("page", *ends))


def test_assignment_of_fourteen_variants_is_the_most():
    even = Assignment("s", tuple(Variant(f"v{n}", 1 / 14) for n in range(14)))
    assert {even.variant(user) for user in USERS[:2000]} == {f"v{n}" for n in range(14)}
