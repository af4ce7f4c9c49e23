"""A deleted item stays deleted, whatever comes late, until its owner stores it again."""

import pytest

from omakase_service.catalog.contracts import ItemIn
from omakase_service.catalog.models import DeletedItem, Item
from omakase_service.catalog.selectors import known_items
from omakase_service.catalog.services import delete_item, ensure_exist, touch_item, upsert_items
from omakase_service.events.services import import_path, record

pytestmark = pytest.mark.django_db


@pytest.fixture
def deleted() -> str:
    upsert_items(items=[ItemIn(item_id="tea"), ItemIn(item_id="cup")])
    delete_item(item_id="tea")
    return "tea"


def in_catalog() -> set[str]:
    return known_items(item_ids=["tea", "cup", "pot"])


def test_deleted_item_late_event_does_not_bring_it_back(deleted):
    done = record(events=[{"user_id": "ada", "item_id": deleted, "type": "view"}])
    assert (done.stored, in_catalog()) == (1, {"cup"})


def test_deleted_item_import_of_events_does_not_bring_it_back(deleted, tmp_path):
    file = tmp_path / "events.csv"
    file.write_text("user_id,item_id,kind,time\nada,tea,view,1700000000\nada,pot,view,1700000000\n")
    import_path(file)
    assert in_catalog() == {"cup", "pot"}


@pytest.mark.parametrize("store", ["upsert", "form"])
def test_deleted_item_that_its_owner_stores_again_is_there(deleted, store):
    if store == "upsert":
        upsert_items(items=[ItemIn(item_id=deleted)])
    else:
        touch_item(item=Item(item_id=deleted))
    assert in_catalog() == {"tea", "cup"}
    assert not DeletedItem.objects.exists()
    delete_item(item_id=deleted)
    ensure_exist(item_ids=[deleted], user_ids=[])
    assert in_catalog() == {"cup"}


def test_deleted_item_is_in_no_list_after_a_late_event(trained, api, post):
    delete_item(item_id="i03")
    post("/api/events", {"user_id": "zoe", "item_id": "i03", "type": "view"})
    for name in ("popular", "trending", "newest"):
        shown = api.get(f"/api/{name}?n=20").json()["items"]
        assert {each["item_id"] for each in shown} == {f"i{n:02}" for n in range(12)} - {"i03"}
