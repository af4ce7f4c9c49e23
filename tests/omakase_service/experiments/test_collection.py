"""From a served list to a verdict."""

import pytest
from tests.omakase_service.experiments.test_lifecycle import DESIGN, created

from omakase_service.experiments import selectors
from omakase_service.experiments.contracts import ExperimentMetric, ExperimentVariant
from omakase_service.experiments.models import Exposure
from omakase_service.experiments.services import collection
from omakase_service.experiments.services.collection import collect_chunk
from omakase_service.experiments.services.lifecycle import pause_experiment, start_experiment
from omakase_service.recommendation_log import writer
from omakase_service.recommendation_log.models import Answer, Outcome
from omakase_service.serving import live_version, services
from omakase_settings import Placement

pytestmark = pytest.mark.django_db
METRICS = (
    ExperimentMetric("clicks"),
    ExperimentMetric("conversions", role="secondary"),
    ExperimentMetric("revenue", "mean", "secondary"),
    ExperimentMetric("ctr", "ratio", "guardrail"),
)
NARROW = ExperimentVariant("narrow", 0.5, Placement(include=("i01", "i02")))


@pytest.fixture
def running(trained, settings_with):
    settings_with(serving={"refresh_seconds": 0})
    created(metrics=METRICS, variants=(DESIGN.variants[0], NARROW))
    card = start_experiment(name="e1")
    live_version.refresh()
    return card


def served(user_id, **more):
    return services.recommend(**{"user_id": user_id, "placement": "home", "n": 4, **more})


def shown(answer):
    return {each.card.item_id for each in answer.items}


def people(count=24):
    return [f"u{n:02}" for n in range(count)]


def test_variant_decides_what_is_shown_and_is_logged(running):
    narrow = {who for who in people() if shown(served(who)) <= {"i01", "i02"}}
    assert 3 < len(narrow) < 21
    writer.flush()
    for row in Answer.objects.all():
        expected = "narrow" if row.user_id in narrow else "now"
        assert (row.context["experiment"], row.context["variant"]) == ("e1", expected)


def test_list_elsewhere_or_while_paused_is_the_usual(running):
    elsewhere = [shown(served(who, placement="cart")) for who in people()]
    assert not any(each <= {"i01", "i02"} for each in elsewhere)
    pause_experiment(name="e1")
    live_version.refresh()
    assert not any(shown(served(who)) <= {"i01", "i02"} for who in people())
    writer.flush()
    assert not any("experiment" in row.context for row in Answer.objects.all())


def test_collection_counts_distinct_people_once(running):
    for who in people():
        served(who)
        served(who, refresh=True)
    writer.flush()
    assert collect_chunk()[1] == {"answers": 48, "outcomes": 0}
    assert collect_chunk() == (False, {"answers": 0, "outcomes": 0})
    assert Exposure.objects.count() == 24
    sums = {each.variant: each for each in selectors.variant_sums(card=running)}
    assert sums["now"].units + sums["narrow"].units == 24
    ratio = sums["now"].metrics["ctr"]
    assert (ratio.first, ratio.second) == (0.0, 2 * 4.0 * sums["now"].units)


def test_collection_counts_what_people_did(running):
    who = people(1)[0]
    answer = served(who)
    writer.flush()
    row = Answer.objects.get(request_id=answer.request_id)
    for number, (kind, value) in enumerate(
        [("click", None), ("click", None), ("conversion", 3.0), ("conversion", 4.0)]
    ):
        Outcome.objects.create(
            answer=row,
            event_id=str(number),
            item_id=f"i{number}",
            kind=kind,
            rank=1,
            time=1,
            value=value,
        )
    assert collect_chunk()[1] == {"answers": 1, "outcomes": 4}
    sums = {each.variant: each for each in selectors.variant_sums(card=running)}
    mine = sums[row.context["variant"]].metrics
    assert (mine["clicks"].first, mine["conversions"].first) == (1.0, 1.0)
    assert (mine["revenue"].first, mine["revenue"].first_squares) == (7.0, 49.0)
    assert (mine["ctr"].first, mine["ctr"].second) == (2.0, float(row.n_items))


def test_outcome_whose_answer_was_not_looked_at_waits_for_it(running, monkeypatch):
    monkeypatch.setattr(collection, "CHUNK", 2)
    answers = {who: served(who) for who in people(5)}
    writer.flush()
    for number, answer in enumerate(reversed(answers.values())):
        row = Answer.objects.get(request_id=answer.request_id)
        Outcome.objects.create(
            answer=row, event_id=str(number), item_id="i", kind="click", rank=1, time=1
        )
    while collect_chunk()[0]:
        pass
    sums = selectors.variant_sums(card=running)
    assert sum(each.metrics["clicks"].first for each in sums if each.units) == 5
