"""A model that learns from talks."""

import pytest
from tests.omakase.dialog.own_words import ITEMS, WORDS, rated, taught

from omakase.dialog.guide import Guide
from omakase.dialog.learning import learn_incremental, learn_initial, samples_of
from omakase.dialog.letters import without_particles
from omakase.dialog.talks import RatedTalk, TalkMessage
from omakase.dialog.training import load_dialog, save_dialog
from omakase.dialog.vocabulary import Alias


@pytest.fixture(scope="module")
def guide():
    return Guide.of(ITEMS, way="words")


def test_learn_incremental_of_good_talks_reads_the_words_of_people(guide, tmp_path):
    model = taught(learn_incremental, guide, rated(60, "a"))
    learnt = {(alias.word, alias.name) for alias in model.vocabulary}
    assert learnt == {(without_particles(word)[-1], name) for word, name in WORDS.items()}
    save_dialog(model, tmp_path / "model.npz")
    learnt = Guide.of(ITEMS, load_dialog(tmp_path / "model.npz"), way="words")
    entity = learnt.understand("치느님으로 부탁해요").entities[0]
    assert (entity.kind, entity.names) == ("category", ("음식 > 치킨",))


def test_learn_incremental_keeps_the_vocabulary_and_what_the_model_knew(guide):
    first = Guide.of(ITEMS, taught(learn_incremental, guide, rated(60, "a")), earlier=guide)
    later = taught(learn_incremental, first, rated(8, "b"))
    assert later.vocabulary == first.model.vocabulary
    for message in ("안녕하세요", "2만원 이하로 추천해줘", "오늘 날씨 어때"):
        before = guide.model.intents.ranked(message)[0][0]
        assert later.intents.ranked(message)[0][0] == before


def test_learn_initial_of_talks_is_a_model_of_its_own(guide):
    model = taught(learn_initial, guide, rated(60, "a"))
    assert set(model.intents.softmax.labels) >= set(guide.model.intents.softmax.labels)
    assert Alias("치느님", "category", "치킨") in model.vocabulary


def test_samples_of_talks_are_those_of_content_people_with_two_negatives_at_most(guide):
    talks = [*rated(1, "a"), *rated(1, "b", satisfaction=2)]
    message = TalkMessage("찌개 먹고 싶어", ("i0", "i4", "i8", "i12"))
    talks.append(RatedTalk("t", "c", (message,), 4, ("i4",)))
    samples = [s for s in samples_of(guide, talks) if s.message.text == message.text]
    assert [s.message.tags for s in samples] == [("S-CATEGORY", "O", "O")]
    assert (samples[0].chosen, samples[0].not_chosen) == (("i4",), ("i0", "i8"))
    assert len({s.chosen for s in samples_of(guide, talks)}) <= 2
