"""Every page of the admin opens, and what it may not do it does not."""

import re

import pytest
from django.contrib import admin
from django.urls import reverse

from omakase_service.catalog.contracts import ItemIn, UserIn
from omakase_service.catalog.models import Category, Item, Revision, User
from omakase_service.catalog.services import upsert_items, upsert_users
from omakase_service.events.models import Erasure, Event, Import, Kind
from omakase_service.events.services import record
from omakase_service.jobs.models import Job
from omakase_service.platform.models import ApiKey
from omakase_service.platform.services import create_key, use_key
from omakase_service.training.contracts import Stage
from omakase_service.training.models import ModelVersion

pytestmark = pytest.mark.django_db

TABLES = [ApiKey, Item, User, Category, Event, Kind, Import, ModelVersion, Job]
MADE_BY_HAND = [ApiKey, Item, User, Category, Kind]
HISTORY = [Event, Import, ModelVersion, Job]


@pytest.fixture
def rows(db):
    """One row of each table."""
    create_key(name="shop", scopes=["read"])
    upsert_items(items=[ItemIn(item_id="a/1", title="김치찌개", category="음식 > 한식")])
    upsert_users(users=[UserIn(user_id="민수", tier="gold")])
    record(events=[{"user_id": "민수", "item_id": "a/1", "type": "view"}])
    Kind.objects.create(name="tasted", weight=2)
    Import.objects.create(path="events.csv", fingerprint="f")
    ModelVersion.objects.create(name="v1", best="ease", path="v1", digest="d")
    Job.objects.create(kind="train", key="train")


def page(kind: str, table: type, *args: object) -> str:
    return reverse(f"admin:{table._meta.app_label}_{table._meta.model_name}_{kind}", args=args)


def test_every_table_that_people_look_at_has_a_page():
    ours = {m for m in admin.site._registry if m.__module__.startswith("omakase_service")}
    assert set(TABLES) <= ours
    assert Revision not in ours


@pytest.mark.parametrize("table", TABLES)
def test_a_list_opens_with_its_row(rows, staff, table):
    response = staff.get(page("changelist", table))
    assert response.status_code == 200
    assert response.context["cl"].result_count >= 1


@pytest.mark.parametrize("table", TABLES)
def test_a_list_is_searched(rows, staff, table):
    response = staff.get(page("changelist", table), {"q": "nothing like this"})
    assert response.status_code == 200
    assert response.context["cl"].result_count == 0


@pytest.mark.parametrize("table", TABLES)
def test_a_row_opens(rows, staff, table):
    row = table._default_manager.first()
    assert staff.get(page("change", table, row.pk)).status_code == 200


@pytest.mark.parametrize("table", MADE_BY_HAND)
def test_a_form_for_a_new_row_opens(staff, table):
    assert staff.get(page("add", table)).status_code == 200


@pytest.mark.parametrize("table", HISTORY)
def test_history_is_neither_added_nor_changed(rows, staff, table):
    row = table._default_manager.first()
    assert staff.get(page("add", table)).status_code == 403
    assert staff.post(page("change", table, row.pk), {"name": "x"}).status_code == 403


def test_a_version_is_not_deleted_from_here(rows, staff):
    version = ModelVersion.objects.get()
    assert staff.post(page("delete", ModelVersion, version.pk), {"post": "yes"}).status_code == 403
    assert ModelVersion.objects.count() == 1


@pytest.mark.parametrize("table", TABLES)
def test_a_list_takes_no_query_a_row(rows, staff, table, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        assert staff.get(page("changelist", table)).status_code == 200


@pytest.mark.parametrize("table", TABLES)
def test_who_is_not_staff_is_sent_to_the_door(client, table):
    response = client.get(page("changelist", table))
    assert response.status_code == 302
    assert response["Location"].startswith("/admin/login/")


def test_a_new_key_is_shown_once_and_works(staff):
    sent = {"name": "shop", "scopes": '["read"]'}
    shown = staff.post(page("add", ApiKey), sent, follow=True).content.decode()
    secret = re.search(r"omk_[0-9a-f]{8}_[\w-]+", shown)[0]
    assert use_key(secret=secret).name == "shop"
    assert secret not in staff.get(page("changelist", ApiKey)).content.decode()


def test_keys_are_revoked_once(rows, staff):
    key = ApiKey.objects.get()
    sent = {"action": "revoke", "_selected_action": [key.pk]}
    for _ in range(2):
        assert staff.post(page("changelist", ApiKey), sent).status_code == 302
    first = ApiKey.objects.get().revoked
    staff.post(page("changelist", ApiKey), sent)
    assert first is not None
    assert ApiKey.objects.get().revoked == first


def test_the_hash_of_a_key_is_on_no_page(rows, staff):
    key = ApiKey.objects.get()
    shown = staff.get(page("change", ApiKey, key.pk)).content.decode()
    assert key.prefix in shown
    assert key.digest not in shown


def test_a_version_is_made_live(rows, staff):
    version = ModelVersion.objects.get()
    sent = {"action": "make_live", "_selected_action": [version.pk]}
    assert staff.post(page("changelist", ModelVersion), sent).status_code == 302
    version.refresh_from_db()
    assert version.stage == Stage.LIVE


def test_two_versions_are_not_made_live(rows, staff):
    ModelVersion.objects.create(name="v2", best="ease", path="v2", digest="e")
    chosen = list(ModelVersion.objects.values_list("pk", flat=True))
    sent = {"action": "make_live", "_selected_action": chosen}
    shown = staff.post(page("changelist", ModelVersion), sent, follow=True)
    assert [str(m) for m in shown.context["messages"]]
    assert not ModelVersion.objects.filter(stage=Stage.LIVE).exists()


def test_a_deleted_item_moves_the_revision(rows, staff):
    before = Revision.objects.get().number
    item = Item.objects.get()
    assert staff.post(page("delete", Item, item.pk), {"post": "yes"}).status_code == 302
    after = Revision.objects.get()
    assert (after.number, after.whole_since) == (before + 1, before + 1)
    assert not Item.objects.exists()


def test_many_items_are_deleted_by_the_service_too(rows, staff):
    item = Item.objects.get()
    sent = {"action": "delete_selected", "_selected_action": [item.pk], "post": "yes"}
    assert staff.post(page("changelist", Item), sent).status_code == 302
    revision = Revision.objects.get()
    assert revision.whole_since == revision.number
    assert not Item.objects.exists()


def test_deleting_a_person_forgets_them_as_the_api_does(staff, rows):
    user = User.objects.get(user_id="민수")
    sent = staff.post(page("delete", User, user.pk), {"post": "yes"})
    assert sent.status_code == 302
    assert not User.objects.exists()
    assert not Event.objects.filter(user_id="민수").exists()
    assert Erasure.objects.count() == 1


def test_deleting_people_by_the_action_forgets_each(staff, rows):
    upsert_users(users=[UserIn(user_id="ada")])
    chosen = list(User.objects.values_list("pk", flat=True))
    asked = {"action": "delete_selected", "_selected_action": chosen, "post": "yes"}
    assert staff.post(page("changelist", User), asked).status_code == 302
    assert (User.objects.count(), Erasure.objects.count()) == (0, 2)
