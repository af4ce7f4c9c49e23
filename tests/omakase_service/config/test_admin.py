"""The admin shows everything that is stored, and changes only what may be changed."""

import re

import pytest
from django.contrib import admin
from django.urls import reverse

from omakase_service.catalog import plain_rows, selectors
from omakase_service.catalog.contracts import UserIn
from omakase_service.catalog.models import Category, Item, User
from omakase_service.catalog.services import upsert_users
from omakase_service.config import urls
from omakase_service.events.models import Event, Import
from omakase_service.events.services import record
from omakase_service.platform.models import ApiKey
from omakase_service.platform.services import create_key, use_key
from omakase_service.training.models import ModelVersion
from omakase_service.training.services import train

pytestmark = pytest.mark.django_db
assert urls.urlpatterns  # with them the admin finds its pages
OURS = sorted(
    (m for m in admin.site._registry if m.__module__.startswith("omakase_service")),
    key=lambda m: m.__name__,
)


def url(model, page: str, *parts) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=parts)


@pytest.mark.parametrize("model", OURS, ids=lambda m: m.__name__)
@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_table_has_a_list_that_can_be_searched(staff, trained, model, language):
    create_key(name="shop")
    page = staff.get(url(model, "changelist"), {"q": "i"}, headers={"Accept-Language": language})
    assert page.status_code == 200
    assert f'lang="{language}"' in page.content.decode()


def test_they_are_all_there():
    assert {m.__name__ for m in OURS} == {
        *(
            "Answer",
            "ApiKey",
            "Category",
            "Erasure",
            "Event",
            "Import",
            "Item",
            "Kind",
            "ModelVersion",
            "Quarantine",
            "QuarantinedEvent",
        ),
        *(
            "Conversation",
            "DailyFigures",
            "DeadLetter",
            "DialogLearning",
            "Experiment",
            "Feed",
            "Incident",
            "Job",
            "Mailing",
            "Node",
            "Outcome",
            "Recipient",
            "Schedule",
            "SentRun",
            "SqlCursor",
            "StreamState",
            "User",
        ),
    }


@pytest.mark.parametrize("model", [Event, Import, ModelVersion])
def test_history_is_not_written_by_hand(staff, model):
    assert staff.get(url(model, "add")).status_code == 403


def test_a_strange_visitor_is_sent_to_the_login(client):
    assert client.get(url(Item, "changelist")).status_code == 302


def form_of(page) -> dict[str, str]:
    form = page.context["adminform"].form
    return {
        name: form[name].value() or "" for name in form.fields if form[name].value() is not False
    }


def test_a_changed_item_is_seen_by_running_processes(staff, trained):
    before = selectors.revision()
    item = Item.objects.get(item_id="i03")
    page = staff.get(url(Item, "change", item.pk))
    fields = form_of(page) | {"title": "By hand", "tags": "[]", "attributes": "{}"}
    fields |= {"opening_hours": "{}", "quality_flags": "[]", "created_0": "", "created_1": ""}
    assert staff.post(url(Item, "change", item.pk), fields).status_code == 302
    assert plain_rows.card_changes(since=before).cards["i03"].title == "By hand"


def test_a_deleted_item_is_seen_too(staff, trained):
    before = selectors.revision()
    chosen = {"action": "delete_selected", "_selected_action": Item.objects.get(item_id="i03").pk}
    assert staff.post(url(Item, "changelist"), chosen | {"post": "yes"}).status_code == 302
    assert plain_rows.card_changes(since=before).whole
    item = Item.objects.get(item_id="i04")
    staff.post(url(Item, "delete", item.pk), {"post": "yes"})
    assert "i04" not in plain_rows.card_changes(since=-1).cards


@pytest.mark.parametrize(("low", "high", "kept"), [("9", "5", 1.0), ("5", "9", 5.0)])
def test_a_price_range_typed_by_hand_holds_too(staff, low, high, kept):
    upsert_users(users=[UserIn(user_id="u", price_min=1)])
    address = url(User, "change", User.objects.get().pk)
    lists = dict.fromkeys(("categories", "brands", "excluded_categories"), "[]")
    fields = form_of(staff.get(address)) | lists | {"attributes": "{}"}
    staff.post(address, fields | {"price_min": low, "price_max": high})
    assert User.objects.get().price_min == kept


def test_a_category_that_is_changed_is_seen_on_its_items(staff, trained):
    before = selectors.revision()
    chosen = Category.objects.get(path="Odd")
    fields = {"path": "Strange", "name": "Strange", "parent": "", "level": 0}
    staff.post(url(Category, "change", chosen.pk), fields)
    changed = plain_rows.card_changes(since=before)
    assert changed.cards["i03"].category == "Strange"
    staff.post(url(Category, "delete", chosen.pk), {"post": "yes"})
    assert plain_rows.card_changes(since=changed.revision).cards["i03"].category == ""
    before = selectors.revision()
    even = {"action": "delete_selected", "_selected_action": Category.objects.get().pk}
    staff.post(url(Category, "changelist"), even | {"post": "yes"})
    assert plain_rows.card_changes(since=before).cards["i02"].category == ""


def test_a_new_key_is_shown_once(staff):
    sent = {"name": "shop", "scopes": '["read"]'}
    page = staff.post(url(ApiKey, "add"), sent, follow=True).content.decode()
    secret = re.search(r"omk_[\w-]+", page.split("Copy the key now:")[1])[0]
    assert use_key(secret=secret).name == "shop"
    assert secret not in staff.get(url(ApiKey, "changelist")).content.decode()


def test_keys_are_revoked(staff):
    key = create_key(name="shop")
    chosen = {"action": "revoke", "_selected_action": ApiKey.objects.get().pk}
    staff.post(url(ApiKey, "changelist"), chosen)
    assert use_key(secret=key.secret) is None


def test_a_version_is_promoted(staff, trained):
    other = train(models={"popular": {}}, evaluate=False, promote=False)
    one = ModelVersion.objects.get(name=other.name).pk
    both = list(ModelVersion.objects.values_list("pk", flat=True))
    staff.post(url(ModelVersion, "changelist"), {"action": "make_live", "_selected_action": both})
    assert ModelVersion.objects.get(stage="live").name == trained.name
    staff.post(url(ModelVersion, "changelist"), {"action": "make_live", "_selected_action": one})
    assert ModelVersion.objects.get(stage="live").name == other.name


def test_a_time_is_shown_as_people_read_it(staff):
    record(events=[{"user_id": "u", "item_id": "i", "kind": "view", "time": 1_700_000_000}])
    assert "Nov. 14, 2023" in staff.get(url(Event, "changelist")).content.decode()
