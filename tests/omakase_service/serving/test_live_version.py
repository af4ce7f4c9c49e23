import threading
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import OperationalError
from tests.patience import PATIENCE_SECONDS

from omakase_service.catalog.contracts import ItemFields
from omakase_service.catalog.services import patch_item
from omakase_service.platform.exceptions import NotReady
from omakase_service.serving import last_live, live_version, services
from omakase_service.serving.engine import EngineRequest, LiveRecommender
from omakase_service.training.services import train, versions_folder
from omakase_settings import settings

pytestmark = pytest.mark.django_db


def test_nothing_changes_hands_where_nothing_changed(trained):
    assert live_version.now().live is live_version.now().live


def test_looking_costs_five_queries(trained, django_assert_num_queries):
    live_version.now()
    with django_assert_num_queries(5):
        live_version.now()


def test_it_is_not_done_at_every_request(trained, settings_with, django_assert_num_queries):
    settings_with(serving={"refresh_seconds": 60})
    live_version.now()
    with django_assert_num_queries(0):
        live_version.now()


def test_every_model_has_answered_once_before_a_visitor_asks(trained, monkeypatch):
    """What compiles on first use has compiled."""
    asked = []
    answers = LiveRecommender.recommend
    monkeypatch.setattr(
        LiveRecommender, "recommend", lambda self, ask: asked.append(ask) or answers(self, ask)
    )
    live_version.forget()
    opened = live_version.now().live
    assert {ask.model for ask in asked if not ask.path} == set(opened.pipelines)
    assert {ask.path for ask in asked if ask.path} == {"stranger", "profile", "session", "few"}
    assert all(ask.history[0][0] in opened.cards for ask in asked)


def test_the_database_may_go_away(trained, monkeypatch):
    before = live_version.now().live

    def gone():
        raise OperationalError("gone")

    monkeypatch.setattr(live_version, "live_card", gone)
    assert live_version.now().live is before


def test_start_without_database_and_remembered_version_is_not_ready(db, settings_with, monkeypatch):
    settings_with()

    def gone():
        raise OperationalError("gone")

    live_version.forget()
    monkeypatch.setattr(live_version, "live_card", gone)
    with pytest.raises(NotReady):
        live_version.now()


def test_a_full_disk_keeps_nothing_from_answering(trained, monkeypatch, caplog):
    def full(self, told):
        raise OSError(28, "No space left on device")

    live_version.forget()
    memory = Path(settings().data_folder) / last_live.FILE
    memory.unlink(missing_ok=True)
    with monkeypatch.context() as disk:
        disk.setattr("pathlib.Path.write_bytes", full)
        assert live_version.now().live.name == trained.name
    assert f"would not find version {trained.name}: " in caplog.text
    assert "No space left" in caplog.text
    assert not list(memory.parent.glob("*.making"))
    assert not memory.exists()


def test_a_process_that_starts_without_the_database_answers_as_it_was(trained, monkeypatch):
    live_version.now()
    live_version.forget()

    def gone():
        raise OperationalError("gone")

    with monkeypatch.context() as away:
        away.setattr(live_version, "live_card", gone)
        state = live_version.now()
        assert (state.live.name, state.revision) == (trained.name, -1)
        assert state.live.cards["i03"].title == "Item 3"
        assert state.live.cards["i03"].category == "Odd"
        assert services.recommend(history=["i03"], n=2).items
    assert live_version.now().revision > 0


def test_a_damaged_memory_is_none(trained, monkeypatch):
    live_version.now()
    live_version.forget()
    (versions_folder().parent / "live.json").write_text("{")

    def gone():
        raise OperationalError("gone")

    monkeypatch.setattr(live_version, "live_card", gone)
    with pytest.raises(NotReady):
        live_version.now()


def test_a_request_in_flight_keeps_what_it_has(trained):
    held = live_version.now().live
    newer = train(models={"ease": {"l2": 2.0}}, evaluate=False)
    assert live_version.now().live.name == newer.name
    assert held.name == trained.name
    assert held.recommend(EngineRequest(n=1, model="ease", history=[("i02", 1.0, 0)]))


def test_a_changed_item_keeps_the_models_in_place(trained):
    before = live_version.now().live
    patch_item(item_id="i01", fields=ItemFields(hidden=True))
    after = live_version.now().live
    assert after.opened is before.opened
    assert before.cards["i01"].offered
    assert not after.cards["i01"].offered


def test_a_damaged_version_is_not_swapped_in(trained):
    live_version.now()
    newer = train(models={"ease": {"l2": 2.0}}, evaluate=False)
    manifest = versions_folder() / newer.name / "manifest.json"
    manifest.write_text(manifest.read_text()[:-20])
    assert live_version.now().live.name == trained.name


def test_start_with_a_damaged_version_is_not_ready(trained):
    live_version.forget()
    manifest = versions_folder() / trained.name / "manifest.json"
    manifest.write_text("{}")
    with pytest.raises(NotReady):
        live_version.now()


def test_others_go_on_while_one_looks(trained, monkeypatch):
    """A slow look for news holds up nobody but the one who looks."""
    before = live_version.now()
    asked, may_go = threading.Event(), threading.Event()

    def slow(given):
        asked.set()
        assert may_go.wait(PATIENCE_SECONDS)
        return given

    monkeypatch.setattr(live_version, "_next_state", slow)
    looker = threading.Thread(target=live_version.refresh)
    looker.start()
    assert asked.wait(PATIENCE_SECONDS)
    assert live_version.now() is before
    may_go.set()
    looker.join()


@pytest.fixture
def slow(trained, monkeypatch):
    """Following takes until the test lets it go; then there is another version."""
    live_version.now()
    asked, may_go = threading.Event(), threading.Event()
    lookers: list[str] = []

    def followed(before: live_version.LiveState) -> live_version.LiveState:
        lookers.append(threading.current_thread().name)
        asked.set()
        assert may_go.wait(PATIENCE_SECONDS)
        return replace(before, revision=before.revision + 1)

    monkeypatch.setattr(live_version, "_next_state", followed)
    yield asked, may_go, lookers
    may_go.set()
    live_version.unfollow()


def test_a_server_follows_beside_those_who_ask(slow):
    """The old version answers until the new one is ready, and nobody who asks opens it."""
    asked, may_go, lookers = slow
    before = live_version.current_state
    live_version.follow()
    assert asked.wait(PATIENCE_SECONDS)
    assert [live_version.now() for _ in range(5)] == [before] * 5
    may_go.set()
    waited = threading.Event()
    while live_version.now() is before:
        assert not waited.wait(0.01)
    assert set(lookers) == {"omakase-live"}


def test_one_thread_follows_however_often_it_is_begun(slow):
    _, may_go, _ = slow
    live_version.follow()
    first = live_version.follower_thread
    live_version.follow()
    assert live_version.follower_thread is first
    may_go.set()
    live_version.unfollow()
    assert not first.is_alive()


def test_a_mishap_does_not_end_the_following(trained, monkeypatch):
    tried, again = [], threading.Event()

    def broken() -> None:
        tried.append(1)
        if len(tried) == 2:
            again.set()
        raise ValueError("nobody foresaw this")

    monkeypatch.setattr(live_version, "refresh", broken)
    live_version.follow()
    assert again.wait(PATIENCE_SECONDS)
    live_version.unfollow()


def test_request_looks_for_news_without_a_thread(slow):
    _, may_go, lookers = slow
    may_go.set()
    live_version.now()
    assert lookers == [threading.current_thread().name]


def test_what_was_worked_out_for_rules_is_there_again_after_a_change(trained):
    before = live_version.now().live
    before.require(model="", strategy="auto", filter='item.title == "Item 3"')
    assert "columns" in vars(before.rules)
    before.require(model="", strategy="rrf", filter="")
    patch_item(item_id="i03", fields=ItemFields(title="Another"))
    after = live_version.now().live
    assert after is not before
    assert ("columns" in vars(after.rules), "strategies" in vars(after.choice)) == (True, True)
    asked = EngineRequest(n=20, model="ease", filter='item.title == "Another"')
    assert [item_id for item_id, _ in after.recommend(asked)] == ["i03"]
    old = EngineRequest(n=20, model="ease", filter='item.title == "Item 3"')
    assert after.recommend(old) == []
    assert [item_id for item_id, _ in before.recommend(old)] == ["i03"]


def test_new_version_is_as_ready_as_the_one_before(trained):
    live_version.now().live.require(model="", strategy="rrf", filter="item.price > 3")
    train(models={"ease": {"l2": 2.0}}, evaluate=False)
    live = live_version.now().live
    assert ("columns" in vars(live.rules), "strategies" in vars(live.choice)) == (True, True)


def test_services_answer_without_http(trained):
    answer = services.recommend(user_id="u03", n=2, clock=lambda: 1_800_000_000.0)
    assert answer.items[0].card.item_id == "i03"
