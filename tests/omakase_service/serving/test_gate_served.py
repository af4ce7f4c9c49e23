"""The last gate over what a service keeps: every state of the cache, a few requests each."""

import numpy as np
import pytest
from benchmarks import gate_served
from benchmarks.gate_served import STATES, Case, Shop, checked, drawn, key, opened

from omakase_service.catalog.contracts import ItemFields
from omakase_service.catalog.services import patch_item
from omakase_service.serving import live_version

pytestmark = pytest.mark.django_db
REQUESTS = 8


@pytest.fixture
def shop(db, settings_with):
    settings_with(serving={"refresh_seconds": 0})
    live_version.forget()
    yield opened()
    live_version.forget()


def test_whatever_was_kept_nothing_passes_that_may_not(shop):
    rng = np.random.default_rng(0)
    for state in STATES:
        for turn in range(REQUESTS):
            case = drawn(f"{state} {turn}", rng)
            items, bad, short = checked(state, case, shop)
            assert (bad, short) == (0, 0), (state, case)
            assert items or not case.fine(shop)


def test_a_violation_would_be_seen(shop, monkeypatch):
    """Were an item shown that the shop hides unknown to the bench, or one seen, it would count."""
    case = Case({"session_id": "s", "n": 30, "exclude": [], "filter": ""}, set(), cheap=False)
    assert checked("computed", case, shop)[1] == 0
    shown = gate_served.shown(gate_served.asked(case))
    assert checked("computed", Case(case.question, {shown[0]}, cheap=False), shop)[1] == 1
    assert checked("computed", case, Shop(shop.offered - {shown[1]}))[1] == 1
    assert checked("computed", Case(case.question, set(), cheap=True), shop)[1] > 0
    patch_item(item_id=key(1), fields=ItemFields(active=False))
    patch_item(item_id=key(3), fields=ItemFields(active=False))
    whole = Case({**case.question, "n": 48}, set(), cheap=False)
    assert checked("computed", whole, shop)[2] == 1  # the bench believes that more may be shown


def test_what_was_kept_is_kept(shop, monkeypatch):
    case = drawn("s", np.random.default_rng(1))
    monkeypatch.setattr(gate_served, "asked", lambda case: Case)
    monkeypatch.setattr(Case, "cache_hit", False, raising=False)
    with pytest.raises(AssertionError, match="not kept"):
        gate_served.kept(case, shop)
