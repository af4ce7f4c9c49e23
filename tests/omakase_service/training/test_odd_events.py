"""Events that no door lets in, and that an older release may have left in the log."""

import pytest
from django.db import IntegrityError

from omakase_service.events.models import Event
from omakase_service.events.selectors import kinds
from omakase_service.events.services import record
from omakase_service.platform.exceptions import Conflict
from omakase_service.serving import live_version
from omakase_service.serving.services import everybodys, recommend
from omakase_service.training import services, versions
from omakase_service.training.contracts import Stage
from omakase_service.training.models import ModelVersion
from omakase_service.training.selectors import runs

pytestmark = pytest.mark.django_db
MODELS = {"popular": {}, "ease": {"l2": 1.0}, "item_knn": {}}
TIMES = (0, -1, 4_102_444_800, 10**12)
VALUES = (-1e38, -1e6, 0.0, 1e38)


def lists():
    live_version.forget()
    popular = [r.card.item_id for r in everybodys(model="popular", n=6).items]
    own = [r.card.item_id for r in recommend(user_id="u00", n=6, refresh=True).items]
    return popular, own


def test_one_odd_event_of_every_kind_costs_nobody_their_lists(tribes):
    first = services.train(models=MODELS)
    before = lists()
    odd = [(kind, None, time) for kind in kinds() for time in TIMES]
    odd += [(kind, value, 1_700_000_900) for kind in kinds() for value in VALUES]
    Event.objects.bulk_create(
        Event(event_id=f"o{n}", user_id=f"o{n}", item_id="i01", kind=kind, value=value, time=time)
        for n, (kind, value, time) in enumerate(odd)
    )
    after = services.train(models=MODELS)
    assert after.stage is Stage.LIVE
    assert after.remarks[0].startswith(f"{2 * len(kinds())} events lie in the future")
    assert lists()[1] == before[1]
    assert after.window["last"] == first.window["last"]


def test_some_clicks_of_today_make_no_old_event_worth_nothing(tribes):
    services.train(models=MODELS)
    before = lists()
    clicks = [{"user_id": "new", "item_id": i, "type": "click"} for i in ("i00", "i02", "i04")]
    record(events=clicks)
    services.train(models=MODELS)
    popular, own = lists()
    assert len(set(popular) & set(before[0])) >= 5
    assert own == before[1]


def test_a_version_that_is_withheld_stays_a_candidate_until_somebody_insists(tribes, api):
    live = services.train(models=MODELS, evaluate=False)
    Event.objects.update(kind="dislike")
    services.snapshot_folder().joinpath("manifest.json").unlink()
    kept = services.train(models=MODELS, evaluate=False)
    assert kept.stage is Stage.CANDIDATE
    assert "no event counts for an item" in kept.withheld
    with pytest.raises(Conflict, match="is withheld"):
        versions.promote_version(name=kept.name)
    refused = api.post(f"/api/models/{kept.name}/promote")
    assert refused.status_code == 409
    assert "withheld" in refused.json()["title"]
    assert next(v for v in api.get("/api/models").json()["versions"])["withheld"] == kept.withheld
    assert api.post(f"/api/models/{kept.name}/promote?force=true").json()["stage"] == "live"
    assert versions.roll_back().name == live.name
    assert services.train(models=MODELS, evaluate=False, force=True).stage is Stage.LIVE


def test_a_version_that_cannot_be_registered_leaves_no_folder(tribes, monkeypatch):
    def refuse(**fields):
        raise IntegrityError("no such place")

    monkeypatch.setattr(ModelVersion.objects, "create", refuse)
    with pytest.raises(IntegrityError):
        services.train(models=MODELS, evaluate=False)
    assert list(versions.versions_folder().iterdir()) == []
    assert runs()[0].error.startswith("IntegrityError")


def test_a_shop_of_one_event_is_answered_by_popularity(db, settings_with):
    settings_with(serving={"refresh_seconds": 0})
    record(events=[{"user_id": "u", "item_id": "i", "type": "view"}])
    version = services.train(models={"ease": {}})
    assert (version.best, version.stage) == ("popular", Stage.LIVE)
    assert version.table == {}
    assert "could not be judged" in version.remarks[0]


def test_days_that_no_person_made_are_left_out_and_said(tribes, settings_with):
    settings_with(training={"person_day_events": 50})
    flood = [
        {"user_id": "robot", "item_id": f"i{n % 5:02}", "type": "view", "time": 1_700_000_000 + n}
        for n in range(400)
    ]
    record(events=flood)
    version = services.train(models={"popular": {}}, evaluate=False)
    assert version.remarks[0].startswith("400 events of one person are not learnt from")
    assert "omakase events suspects" in version.remarks[0]
