"""The catalog in Django's admin: what staff changes there is known to running processes."""

import pytest

from omakase_service.catalog.contracts import ItemIn, UserIn
from omakase_service.catalog.models import Category, DeletedItem, Item, User
from omakase_service.catalog.plain_rows import card_changes
from omakase_service.catalog.selectors import revision, wishes_of
from omakase_service.catalog.services import upsert_items, upsert_users
from omakase_service.events.services import record
from omakase_service.serving import live_version
from omakase_service.serving.contracts import ListRequest
from omakase_service.serving.user_state import person

pytestmark = pytest.mark.django_db
ADMIN = "/admin/omakase_catalog"


def form_of(staff, path: str) -> dict[str, object]:
    """What the form of a page would send as it is."""
    form = staff.get(path).context["adminform"].form
    return {name: "" if (said := form[name].value()) is None else said for name in form.fields}


def change(staff, path: str, /, **fields: object):
    """Send the form of a page with other fields; where it leads."""
    said = {**form_of(staff, path), **fields}
    sent = {name: value for name, value in said.items() if value is not False}
    answer = staff.post(path, sent)
    assert answer.status_code == 302, answer.context["errors"]
    return answer


@pytest.fixture
def shop():
    upsert_items(items=[ItemIn(item_id=key, title=key, category="Film") for key in "abc"])
    upsert_users(users=[UserIn(user_id="ada", tier="gold"), UserIn(user_id="bob")])


def path_of(row) -> str:
    return f"{ADMIN}/{row.__class__.__name__.lower()}/{row.pk}"


def test_item_that_staff_changes_is_seen_by_running_processes(staff, shop):
    before = revision()
    change(staff, f"{path_of(Item.objects.get(item_id='a'))}/change/", title="Anew", stock="0")
    changes = card_changes(since=before)
    assert not changes.whole
    assert {key: (card.title, card.offered) for key, card in changes.cards.items()} == {
        "a": ("Anew", False)
    }


def test_item_that_staff_makes_again_is_deleted_no_more(staff, shop):
    staff.post(f"{path_of(Item.objects.get(item_id='a'))}/delete/", {"post": "yes"})
    assert DeletedItem.objects.get().item_id == "a"
    change(staff, f"{ADMIN}/item/add/", item_id="a", title="Back")
    assert not DeletedItem.objects.exists()
    assert Item.objects.get(item_id="a").title == "Back"


def test_items_that_staff_deletes_together_are_gone_and_stay_away(staff, shop):
    before = revision()
    chosen = [Item.objects.get(item_id=key).pk for key in "ab"]
    answer = staff.post(
        f"{ADMIN}/item/",
        {"action": "delete_selected", "_selected_action": chosen, "post": "yes"},
    )
    assert answer.status_code == 302
    assert list(Item.objects.values_list("item_id", flat=True)) == ["c"]
    assert set(DeletedItem.objects.values_list("item_id", flat=True)) == {"a", "b"}
    changes = card_changes(since=before)
    assert (changes.whole, set(changes.cards)) == (True, {"c"})


def test_user_that_staff_changes_is_known_to_the_next_answer(staff, shop, settings_with):
    settings_with()
    question = ListRequest(user_id="ada")
    assert person(question, 1).wishes.recommendations_on
    change(staff, f"{path_of(User.objects.get(user_id='ada'))}/change/", recommendations_on=False)
    assert not person(question, 1).wishes.recommendations_on
    assert wishes_of(user_id="ada").facts["tier"] == "gold"


def test_user_whose_lowest_price_is_above_the_highest_is_not_stored(staff, shop):
    path = f"{path_of(User.objects.get(user_id='ada'))}/change/"
    said = {**form_of(staff, path), "price_min": "9", "price_max": "3"}
    answer = staff.post(path, said)
    assert answer.status_code == 200
    assert "The lowest price is above the highest." in answer.content.decode()
    assert User.objects.get(user_id="ada").price_min is None


@pytest.mark.parametrize("way", ["page", "list"])
def test_user_that_staff_deletes_is_forgotten_with_their_events(staff, shop, way, settings_with):
    settings_with()
    record(events=[{"user_id": "ada", "item_id": "a", "kind": "view", "time": 1_700_000_000}])
    question, row = ListRequest(user_id="ada"), User.objects.get(user_id="ada")
    assert len(person(question, 1).past) == 1
    if way == "page":
        staff.post(f"{path_of(row)}/delete/", {"post": "yes"})
    else:
        staff.post(
            f"{ADMIN}/user/",
            {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"},
        )
    assert list(User.objects.values_list("user_id", flat=True)) == ["bob"]
    assert len(person(question, 1).past) == 0


def test_category_that_staff_deletes_is_gone_from_cards(staff, shop):
    before = revision()
    staff.post(f"{path_of(Category.objects.get())}/delete/", {"post": "yes"})
    changes = card_changes(since=before)
    assert changes.whole
    assert {card.category for card in changes.cards.values()} == {""}


def test_category_that_staff_renames_is_on_the_cards(staff, shop):
    before = revision()
    change(staff, f"{path_of(Category.objects.get())}/change/", path="Movies", name="Movies")
    changes = card_changes(since=before)
    assert {card.category for card in changes.cards.values()} == {"Movies"}


def test_lists_follow_an_item_that_staff_hides(staff, trained):
    shown = live_version.now().live.cards["i01"]
    assert shown.offered
    change(staff, f"{path_of(Item.objects.get(item_id='i01'))}/change/", hidden="on")
    assert not live_version.now().live.cards["i01"].offered


@pytest.mark.parametrize("page", ["item", "user", "category"])
@pytest.mark.parametrize("words", ["a", "%", "한국"])
def test_admin_lists_what_is_searched_for(staff, shop, page, words):
    answer = staff.get(f"{ADMIN}/{page}/", {"q": words})
    assert answer.status_code == 200
    names = [str(row) for row in answer.context["cl"].result_list]
    if words == "a":
        assert names == {"item": ["a"], "user": ["ada"], "category": []}[page]
    else:
        assert names == []
