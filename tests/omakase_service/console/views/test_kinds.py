"""Kinds of events: how much each counts, changed and put back."""

import pytest
from tests.omakase_service.console.markup import forms_of, messages_of, rows_of, tree_of

from omakase_service.events.selectors import kinds

pytestmark = pytest.mark.django_db
KINDS = "/console/kinds/"


def save(owner, **form: str):
    return owner.post(f"{KINDS}save", form, follow=True)


def form_of(page, name: str) -> dict[str, str]:
    return next(each for each in forms_of(page, f"{KINDS}save") if each.get("name") == name)


def test_list_has_what_speaks_for_an_item_first_and_the_heaviest_of_it(owner):
    names = [row["Kind"] for row in rows_of(tree_of(owner.get(KINDS)))]
    rules = kinds()
    assert set(names) == set(rules)
    keys = [(rules[name].negative, -rules[name].weight, name) for name in names]
    assert keys == sorted(keys)


def test_list_shows_weights_to_who_may_not_change_them(member):
    page = tree_of(member("see").get(KINDS))
    assert forms_of(page, f"{KINDS}save") == []
    rows = {row["Kind"]: row["Weight"] for row in rows_of(page)}
    assert rows["view"] == f"{kinds()['view'].weight:.3g}"
    assert rows["dislike"].startswith("−")


@pytest.mark.parametrize("name", ["view", "click", "purchase", "rating", "dislike"])
def test_form_of_a_kind_sent_as_it_stands_changes_nothing_that_counts(owner, name):
    before = kinds()[name]
    save(owner, **form_of(owner.get(KINDS), name))
    after = kinds()[name]
    for field in ("weight", "cap", "negative", "from_value", "lowest", "highest"):
        assert getattr(after, field) == getattr(before, field), field


def test_weight_is_saved_and_named_as_stored(owner):
    page = save(owner, **{**form_of(owner.get(KINDS), "click"), "weight": "2.5"})
    assert messages_of(page) == [
        ("success", "click is saved. Models learn of it with the next training.")
    ]
    assert kinds()["click"].weight == 2.5
    row = next(row for row in rows_of(tree_of(page)) if row["Kind"] == "click")
    assert row["Declared by"].startswith("stored")
    assert form_of(page, "click")["weight"] == "2.5"


@pytest.mark.parametrize("text", ["0", "0.001", "1000"])
def test_weight_is_taken_to_its_ends(owner, text):
    save(owner, name="click", weight=text)
    assert kinds()["click"].weight == float(text)


@pytest.mark.parametrize("text", ["-0.1", "1000.1", "nan", "inf", "1,5", "½"])
def test_weight_that_is_none_is_refused_and_changes_nothing(owner, text):
    page = save(owner, name="click", weight=text)
    ((outcome, words),) = messages_of(page)
    assert outcome == "error"
    assert "eight" in words
    assert kinds()["click"].origin != "stored"


def test_kind_of_ones_own_is_declared(owner):
    page = save(owner, name="wishlist", weight="0.5", negative="yes")
    rule = kinds()["wishlist"]
    assert (rule.weight, rule.negative, rule.from_value) == (0.5, True, False)
    assert "wishlist" in {row["Kind"] for row in rows_of(tree_of(page))}


def test_box_that_is_not_ticked_says_no(owner):
    save(owner, name="dislike", weight="1")
    assert not kinds()["dislike"].negative


@pytest.mark.parametrize("name", ["", "  ", "x" * 51])
def test_kind_without_a_name_or_with_one_too_long_is_refused(owner, name):
    page = save(owner, name=name, weight="1")
    assert messages_of(page) == [("error", "A kind needs a name of at most 50 letters.")]


def test_name_of_a_kind_may_be_fifty_letters_long(owner):
    name = "x" * 50
    save(owner, name=name, weight="1")
    assert name in kinds()


def test_kind_is_put_back_to_what_the_settings_say(owner):
    before = kinds()["click"]
    save(owner, name="click", weight="9")
    (form,) = forms_of(owner.get(KINDS), f"{KINDS}reset")
    page = owner.post(f"{KINDS}reset", form, follow=True)
    assert messages_of(page) == [("success", "click counts as the settings say again.")]
    assert kinds()["click"] == before
    assert forms_of(page, f"{KINDS}reset") == []


@pytest.mark.parametrize("name", ["click", "nothing", ""])
def test_reset_of_what_was_never_saved_says_so(owner, name):
    page = owner.post(f"{KINDS}reset", {"name": name}, follow=True)
    assert messages_of(page) == [("error", f"Nothing was saved of {name}.")]


def test_list_in_korean_names_kinds_in_both_languages(owner):
    page = tree_of(owner.get(KINDS, headers={"Accept-Language": "ko"}))
    rows = [row[next(iter(row))] for row in rows_of(page)]
    assert "click 클릭" in rows
