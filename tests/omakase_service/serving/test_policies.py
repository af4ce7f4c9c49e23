"""Policies judged by what was logged."""

import pytest
from typer.testing import CliRunner

from omakase.errors import EmptyData, OutsideSupport, UnknownName
from omakase_cli.main import app
from omakase_service.events.services import record
from omakase_service.platform.exceptions import NotFound
from omakase_service.recommendation_log import writer
from omakase_service.recommendation_log.models import Answer, Outcome
from omakase_service.serving import services
from omakase_service.serving.placements import save_placement
from omakase_service.serving.policies import estimate_policy
from omakase_service.serving.policy_contracts import PolicyQuestion
from omakase_settings import Placement

pytestmark = pytest.mark.django_db
DRAWN = Placement(
    pipeline={
        "sources": [{"kind": "scored", "name": "ease", "config": {"model": "ease"}}],
        "rankers": [{"kind": "softmax", "config": {"temperature": 0.5}}],
    }
)


def shown(rounds=1, n=4):
    """Lists for twelve people; whoever is shown an even item at the top clicks it."""
    for _ in range(rounds):
        for number in range(12):
            services.recommend(user_id=f"u{number:02}", placement="home", n=n, refresh=True)
    writer.flush()
    for row in Answer.objects.filter(placement="home"):
        item_id = row.items[0][0]
        if int(item_id[1:]) % 2 == 0:
            Outcome.objects.create(
                answer=row, event_id=str(row.pk), item_id=item_id, kind="click", rank=1, time=1
            )


@pytest.fixture
def live(trained, settings_with):
    settings_with(serving={"refresh_seconds": 0})


@pytest.fixture
def popular(live):
    save_placement(name="home", placement=Placement(model="popular"))
    shown()


def test_policy_that_was_shown_is_worth_what_came_of_it(popular):
    found = estimate_policy(PolicyQuestion("home"))
    assert (found.answers, found.places) == (12, 48)
    assert [each.estimator for each in found.estimates] == ["snips", "dr"]
    assert [each.mean for each in found.estimates] == pytest.approx([found.logged_mean] * 2)
    assert found.estimates[0].effective_size == pytest.approx(48)
    assert found.learnt_share == 0


def test_policy_without_support_is_refused_with_the_way_out(popular):
    other = Placement(model="popular", exclude=("i01", "i02", "i03", "i04"))
    with pytest.raises(OutsideSupport, match="exploration"):
        estimate_policy(PolicyQuestion("home", placement=other))


def test_policy_that_draws_is_judged_by_its_own_draws(live):
    save_placement(name="home", placement=DRAWN)
    shown(rounds=10, n=2)
    found = estimate_policy(PolicyQuestion("home", answers=100, draws=20))
    weighted = found.estimates[0]
    assert found.answers == 100
    assert weighted.low <= found.logged_mean <= weighted.high
    assert weighted.effective_size < found.places


def test_log_of_another_placement_or_time_is_not_looked_at(popular):
    for question in (PolicyQuestion("cart"), PolicyQuestion("home", since=2**40)):
        with pytest.raises(EmptyData, match="no lists there"):
            estimate_policy(question)


def test_version_or_model_that_there_is_not_is_refused(live):
    with pytest.raises(NotFound):
        estimate_policy(PolicyQuestion("home", version="no-such-version"))
    with pytest.raises(UnknownName):
        estimate_policy(PolicyQuestion("home", placement=Placement(model="no_such")))


def test_list_is_made_again_of_what_was_done_before_it(popular):
    """What people clicked afterwards is hidden from later lists, but not from the replayed one."""
    for row in list(Answer.objects.all()):
        event = {"user_id": row.user_id, "item_id": row.items[0][0], "kind": "view"}
        record(events=[{**event, "time": row.time + 5}])
    found = estimate_policy(PolicyQuestion("home"))
    assert found.estimates[0].mean == pytest.approx(found.logged_mean)


def test_policy_over_http_has_figures_and_words(popular, post):
    answer = post("/api/policies/estimate", {"at": "home", "language": "ko"})
    assert answer.status_code == 200, answer.json()
    first = answer.json()["estimates"][0]
    assert first["estimator"] == "snips" and first["low"] <= first["mean"] <= first["high"]
    assert "선택" in first["diagnosis"][0]
    assert post("/api/policies/estimate", {"at": "cart"}).status_code == 422
    assert post("/api/policies/estimate", {"at": "home", "version": "no"}).status_code == 404


def test_policy_on_the_command_line_has_a_table_and_words(popular):
    told = CliRunner().invoke(app, ["policy", "estimate", "--at", "home"])
    assert told.exit_code == 0 and "snips" in told.stdout
    assert "only 48 choices" in told.stdout
    wrong = CliRunner().invoke(app, ["policy", "estimate", "--placement", "{"])
    assert wrong.exit_code == 2
