"""When items cease to be offered, followed as their cards change."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from omakase_service.catalog.contracts import ItemCard
from omakase_service.serving.expiry import NO_EXPIRIES, Expiries

BARE = ItemCard("i", "Item", "", "", "", None, None, "", offered=True)


def card(key: str, expires: int | None = None, *, offered: bool = True) -> ItemCard:
    return replace(BARE, item_id=key, expires=expires, offered=offered)


def cards(*each: ItemCard) -> dict[str, ItemCard]:
    return {one.item_id: one for one in each}


CARDS = st.dictionaries(
    st.sampled_from("abcdef"),
    st.tuples(st.none() | st.integers(0, 20), st.booleans()),
).map(lambda said: cards(*(card(key, at, offered=on) for key, (at, on) in said.items())))


def test_renewed_whole_catalog_has_the_moments_of_what_is_offered_in_order():
    found = NO_EXPIRIES.renewed(
        cards(card("b", 20), card("a", 10), card("c"), card("d", 5, offered=False)), whole=True
    )
    assert found.moments == ((10, "a"), (20, "b"))


def test_renewed_items_of_one_moment_stand_by_their_ids():
    found = NO_EXPIRIES.renewed(cards(card("b", 10), card("a", 10)), whole=True)
    assert found.moments == ((10, "a"), (10, "b"))


def test_renewed_without_anything_that_expires_is_itself():
    before = Expiries(((10, "a"),))
    assert before.renewed(cards(card("b")), whole=False) is before
    assert before.renewed({}, whole=False) is before
    assert NO_EXPIRIES.renewed(cards(card("b")), whole=True) is NO_EXPIRIES


def test_renewed_item_whose_time_changes_has_the_new_one_alone():
    before = Expiries(((10, "a"), (20, "b")))
    assert before.renewed(cards(card("a", 30)), whole=False).moments == ((20, "b"), (30, "a"))


def test_renewed_item_that_no_longer_expires_or_is_not_offered_goes():
    before = Expiries(((10, "a"), (20, "b"), (30, "c")))
    found = before.renewed(cards(card("a"), card("b", 20, offered=False)), whole=False)
    assert found.moments == ((30, "c"),)


def test_renewed_whole_catalog_forgets_what_was():
    assert Expiries(((10, "a"),)).renewed(cards(card("b")), whole=True).moments == ()


def test_lapsed_items_are_those_whose_moment_is_there():
    known = cards(card("a", 10), card("b", 11), card("c", 12))
    found = NO_EXPIRIES.renewed(known, whole=True).lapsed(known, 11)
    assert found == {
        "a": replace(known["a"], offered=False),
        "b": replace(known["b"], offered=False),
    }


def test_lapsed_fraction_of_a_second_before_the_moment_is_not_yet():
    known = cards(card("a", 10))
    expiries = NO_EXPIRIES.renewed(known, whole=True)
    assert expiries.lapsed(known, 9.999) == {}
    assert set(expiries.lapsed(known, 10.0)) == {"a"}


def test_lapsed_item_that_is_gone_from_the_catalog_is_left_out():
    assert Expiries(((1, "a"), (2, "b"))).lapsed(cards(card("b", 2)), 5) == {
        "b": card("b", 2, offered=False)
    }


def test_lapsed_of_nothing_is_nothing():
    assert NO_EXPIRIES.lapsed(cards(card("a")), 1e12) == {}


@given(CARDS, CARDS, st.integers(0, 21))
def test_renewed_by_parts_equals_a_look_at_the_whole(first, second, now):
    both = {**first, **second}
    followed = NO_EXPIRIES.renewed(first, whole=True).renewed(second, whole=False)
    assert followed.moments == NO_EXPIRIES.renewed(both, whole=True).moments
    due = {
        key
        for key, each in both.items()
        if each.offered and each.expires is not None and each.expires <= now
    }
    assert set(followed.lapsed(both, now)) == due


@given(CARDS, st.integers(0, 21))
def test_renewed_by_what_lapsed_knows_those_items_no_more(known, now):
    expiries = NO_EXPIRIES.renewed(known, whole=True)
    gone = expiries.lapsed(known, now)
    after = expiries.renewed(gone, whole=False)
    assert after.lapsed({**known, **gone}, now) == {}
    assert all(moment > now for moment, _ in after.moments)
