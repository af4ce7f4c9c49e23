"""Several models that answer as one: for the known, for strangers, after the next event."""

import pytest

from omakase_service.events.services import record
from omakase_service.serving import live_version
from omakase_service.serving import services as serving
from omakase_service.training.services import train

pytestmark = pytest.mark.django_db
KNOBS = {"models": ["ease", "item_knn"], "knobs": {"ease": {"l2": 1.0}}, "pool": 10}


@pytest.fixture
def together(tribes):
    """The two tribes, answered by two models of which a stack has learnt the weights."""
    return train(models={"hybrid": KNOBS}, evaluate=False)


def ids(answer) -> list[str]:
    return [each.card.item_id for each in answer.items]


def event(user: str, item: str, kind: str = "purchase") -> dict:
    return {"user_id": user, "item_id": item, "kind": kind, "time": 1_700_010_000}


def test_it_answers_by_itself_and_its_models_when_named(together):
    answer = serving.recommend(user_id="u00", n=3)
    assert answer.algorithm == "hybrid"
    assert answer.version == together.name
    assert ids(answer)[0] == "i00"  # the one even item that u00 has not had
    assert serving.recommend(user_id="u00", n=3, model="item_knn").algorithm == "item_knn"


def test_it_is_read_from_the_disk_as_it_lies(together):
    version = live_version.now().live.opened
    assert version.stacks == ("hybrid",)
    assert not version.model("ease").weights.flags.writeable


def test_somebody_new_is_met_after_one_event(together):
    before = serving.recommend(user_id="zoe", n=4)
    assert (before.notice, before.algorithm) == ("unknown", "popular")
    record(events=[event("zoe", "i03")])
    after = serving.recommend(user_id="zoe", n=4)
    assert (after.notice, after.algorithm) == ("", "hybrid")
    assert {int(key[1:]) % 2 for key in ids(after)} == {1}
    assert "i03" not in ids(after)


def test_a_history_outright_is_answered_and_explained(together):
    answer = serving.recommend(history=("i02", "i04"), n=3, explain=True)
    assert {int(key[1:]) % 2 for key in ids(answer)} == {0}
    for each in answer.items:
        assert each.why.primary == "history"
        assert {cited.item_id for cited in each.why.because} <= {"i02", "i04"}
        assert {name for name, _ in each.why.algorithms} <= {"ease", "item_knn", "popular"}


def test_every_strategy_is_over_its_models(together):
    for strategy in ("weighted", "rrf", "cascade", "auto"):
        answer = serving.recommend(user_id="u02", n=3, strategy=strategy)
        assert ids(answer)[0] == "i02"


def test_its_scores_are_chances(together):
    answer = serving.recommend(user_id="u02", n=5)
    scores = [each.score for each in answer.items]
    assert answer.meaning == "chance"
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score < 1 for score in scores)
    assert serving.recommend(user_id="u02", n=5, strategy="stacking").meaning == "chance"
    assert serving.recommend(user_id="u02", n=5, strategy="weighted").meaning == "relative"


def test_a_plain_sum_of_scores_is_a_hybrid_too(tribes):
    train(models={"hybrid": {"preset": "weighted"}}, evaluate=True)
    assert live_version.now().live.opened.stacks == ()
    answer = serving.recommend(user_id="u00", n=3, model="hybrid", explain=True)
    assert (answer.algorithm, answer.meaning) == ("hybrid", "relative")
    assert ids(answer)[0] == "i00"
    assert serving.recommend(history=("i02",), n=3).path == "session"
