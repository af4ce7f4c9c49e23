"""Learning from talks in the service: ratings, samples, the gate, the model that answers."""

from datetime import timedelta

import orjson
import pytest
from django.utils import timezone

from omakase.dialog.training import load_dialog, read_messages
from omakase_service.chat.contracts import LEARNING
from omakase_service.chat.models import Conversation, DialogLearning, Turn
from omakase_service.chat.services.guides import current_guide, model_path
from omakase_service.chat.services.learning import (
    learn_from_talks,
    restore_earlier,
    write_samples,
)
from omakase_service.chat.services.quality import talk_weeks
from omakase_service.jobs.contracts import JobState
from omakase_service.jobs.selectors import job_by_id
from omakase_service.jobs.services.worker import run_now
from omakase_service.platform.exceptions import Conflict

pytestmark = pytest.mark.django_db
WORDS = {"짜글이": ("r1", "r2"), "스빠게리": ("r4", "r5")}


def hold_talks(number: int, satisfaction: int = 5) -> None:
    """Talks of as many people, who choose what they mean by a word of their own."""
    for n in range(number):
        word = list(WORDS)[n % 2]
        talk = Conversation.objects.create(
            conversation_id=f"t{n}",
            user_id=f"person{n}",
            satisfaction=satisfaction,
            chosen=[WORDS[word][n // 2 % 2]],
        )
        Turn.objects.create(
            conversation=talk,
            number=1,
            message=f"{word} 땡기네",
            intent="recommend",
            confidence=1.0,
            items=["r6", "r1", "r4"],
            answer="",
            written_by="template",
        )


def test_learn_from_talks_of_content_people_changes_the_model_that_answers(street, say):
    assert say("짜글이 부탁해요")["applied"] == []
    hold_talks(160)
    report = learn_from_talks()
    assert report.promoted, report.reason
    assert {(word, name) for word, _, name in report.vocabulary} == {
        ("짜글", "찌개"),
        ("스빠게리", "파스타"),
    }
    assert [chip["label"] for chip in say("짜글이 부탁해요")["applied"]] == ["찌개"]
    row = DialogLearning.objects.get()
    assert (row.promoted, row.way, row.talks) == (True, "incremental", report.talks)
    restore_earlier()
    assert say("짜글이 부탁해요")["applied"] == []
    restore_earlier()
    assert len(load_dialog(model_path()).vocabulary) == 2


def test_learn_from_talks_that_are_only_looked_at_changes_nothing(street, say):
    hold_talks(160)
    report = learn_from_talks(promote=False)
    assert not report.promoted and "only looked at" in report.reason
    assert not model_path().exists() and current_guide().guide.model.vocabulary == ()


def test_learn_from_talks_of_discontent_people_is_not_promoted(street):
    hold_talks(160, satisfaction=1)
    report = learn_from_talks()
    assert (report.promoted, report.vocabulary) == (False, ())
    assert not DialogLearning.objects.get().promoted


def test_restore_earlier_without_a_promotion_says_so(street):
    with pytest.raises(Conflict, match="none was promoted"):
        restore_earlier()


def test_learn_job_with_few_new_talks_is_skipped_and_says_how_many(street):
    hold_talks(49)
    first = job_by_id(job_id=run_now(kind=LEARNING))
    assert (first.state, first.note) == (
        JobState.SKIPPED,
        "49 talks were rated since the last time; 50 are needed",
    )
    Conversation.objects.create(conversation_id="more", satisfaction=4)
    done = job_by_id(
        job_id=run_now(kind=LEARNING, parameters={"way": "initial", "promote": "never"})
    )
    assert done.state is JobState.SUCCEEDED and DialogLearning.objects.get().way == "initial"
    assert job_by_id(job_id=run_now(kind=LEARNING)).state is JobState.SKIPPED


def test_write_samples_are_lines_that_training_reads(street, tmp_path):
    hold_talks(4)
    Turn.objects.create(
        conversation_id="t0",
        number=2,
        message="찌개 추천해줘",
        intent="recommend",
        confidence=1.0,
        items=["r1", "r2", "r3", "r4"],
        answer="",
        written_by="template",
    )
    file = tmp_path / "talks.jsonl"
    assert write_samples(file) == len(file.read_text().splitlines())
    lines = [orjson.loads(line) for line in file.read_text().splitlines()]
    line = next(each for each in lines if each["text"] == "찌개 추천해줘")
    assert line["tags"] == ["S-CATEGORY", "O"] and line["chosen"] == ["r1"]
    assert line["not_chosen"] == ["r6", "r4"]
    assert len(read_messages(file.read_bytes())) == len(lines)


def test_chat_feedback_on_a_turn_rates_that_answer_alone(say, post):
    reply = say("파스타 먹고 싶어", user_id="u1")
    path = f"/api/chat/{reply['conversation_id']}/feedback"
    assert post(path, {"user_id": "u1", "satisfaction": 2, "turn": 1}).status_code == 204
    assert Turn.objects.get().satisfaction == 2
    assert Conversation.objects.get().satisfaction is None
    missing = post(path, {"user_id": "u1", "satisfaction": 2, "turn": 7})
    assert missing.status_code == 404 and "turn 7" in missing.content.decode()


def test_talk_weeks_tell_each_week_against_the_one_before(street):
    hold_talks(20, satisfaction=2)
    now = timezone.now()
    Conversation.objects.update(started=now - timedelta(weeks=1))
    for n in range(10):
        Conversation.objects.create(conversation_id=f"n{n}", satisfaction=5 - n % 2)
    before, week = talk_weeks(2)
    assert (before.talks, before.mean, before.good, before.change) == (20, 2.0, 0.0, None)
    assert (week.rated, week.mean, week.good, week.chosen) == (10, 4.5, 1.0, 0.0)
    assert week.change is not None and week.change[0] == 2.5 and week.change[1] > 0
