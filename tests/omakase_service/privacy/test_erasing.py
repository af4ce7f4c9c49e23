"""What an erasure removes, whom it refuses, and that it is done whole or may be asked for again."""

from collections.abc import Iterable

import pytest

from omakase_service.catalog.contracts import UserIn
from omakase_service.catalog.models import User
from omakase_service.catalog.services import upsert_users
from omakase_service.events.models import Erasure, Event
from omakase_service.events.services import record
from omakase_service.online_store import services as online
from omakase_service.online_store.contracts import OnlineStoreDown
from omakase_service.platform.exceptions import NotFound, NotReady
from omakase_service.platform.exports import exports_folder
from omakase_service.privacy.services import erase_user
from omakase_service.recommendation_log import writer
from omakase_service.recommendation_log.contracts import LoggedAnswer, ShownItem

pytestmark = pytest.mark.django_db
VIEW = {"user_id": "ada", "item_id": "i1", "type": "view", "session_id": "visit"}


@pytest.fixture
def export(settings_with):
    """A file that was exported, in a data folder of this test."""
    settings_with()
    exports_folder().mkdir(parents=True)
    file = exports_folder() / "people.csv"
    file.write_text("ada")
    return file


def test_erase_user_with_a_profile_and_no_event_removes_the_profile():
    upsert_users(users=[UserIn(user_id="ada")])
    receipt = erase_user(user_id="ada")
    assert (receipt.rows["users"], receipt.rows["events"]) == (1, 0)
    assert not User.objects.exists()


def test_erase_user_with_events_and_no_profile_removes_the_events():
    record(events=[VIEW], create_unknown=False)
    receipt = erase_user(user_id="ada")
    assert (receipt.rows["users"], receipt.rows["events"]) == (0, 1)
    assert not Event.objects.exists()


def test_erase_user_with_an_answer_that_still_waits_removes_it_too():
    record(events=[VIEW])
    shown = [ShownItem("i1", 1.0)]
    writer.note(LoggedAnswer("late", 1_700_000_000, shown, "ease", "v", user_id="ada"))
    assert erase_user(user_id="ada").rows["answers"] == 1
    assert writer.waiting() == 0


def test_erase_user_of_whom_nothing_is_known_removes_nothing(export):
    with pytest.raises(NotFound):
        erase_user(user_id="nobody")
    assert export.exists()
    assert not Erasure.objects.exists()


def test_erase_user_deletes_every_exported_file(export):
    record(events=[VIEW])
    assert erase_user(user_id="ada").rows["exports"] == 1
    assert not export.exists()


def test_erase_user_lets_no_kept_answer_be_given_again(trained, post):
    def is_kept() -> bool:
        return post("/api/recommendations", {"user_id": "u00", "n": 3}).json()["cache_hit"]

    is_kept()
    assert is_kept()
    erase_user(user_id="u01")
    assert not is_kept()


def test_erase_user_while_what_is_at_hand_is_away_changes_nothing_until_it_is_back(
    export, monkeypatch
):
    def away(keys: Iterable[str]) -> None:
        raise OnlineStoreDown("away")

    record(events=[VIEW])
    with monkeypatch.context() as broken:
        broken.setattr(online, "forget", away)
        with pytest.raises(NotReady):
            erase_user(user_id="ada")
    assert Event.objects.count() == 1
    assert not Erasure.objects.exists()
    receipt = erase_user(user_id="ada")
    assert (receipt.rows["events"], receipt.rows["exports"], receipt.at_hand) == (1, 1, 2)


def test_erase_user_who_is_read_by_somebody_meanwhile_leaves_nothing_at_hand(monkeypatch):
    forget, readers = online.forget, iter(["another process"])

    def raced(keys: Iterable[str]) -> None:
        forget(keys)
        for _ in readers:
            online.keep("u:ada", b"old", since=0)

    record(events=[VIEW])
    monkeypatch.setattr(online, "forget", raced)
    erase_user(user_id="ada")
    held = online.read(["u:ada", "s:visit"])
    assert [(each.value, each.revision) for each in held] == [(None, 0)] * 2
