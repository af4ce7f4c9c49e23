"""What the models say of a person beside lists, and why past lists were as they were."""

import pytest

from omakase.errors import CapabilityError
from omakase_service.catalog.contracts import UserIn
from omakase_service.catalog.models import User
from omakase_service.catalog.services import delete_user, upsert_users
from omakase_service.events.contracts import HistoryEvent
from omakase_service.events.services import record
from omakase_service.platform.exceptions import Invalid, NotFound, NotReady
from omakase_service.recommendation_log import writer
from omakase_service.recommendation_log.contracts import LoggedAnswer, ShownItem
from omakase_service.recommendation_log.store import write
from omakase_service.serving import live_version, services
from omakase_service.serving.contracts import ListRequest, UserState
from omakase_service.serving.deletions import deleted_items_of, deletions_revision
from omakase_service.serving.explanations import explanation
from omakase_service.serving.people import liked_items, onboarding, similar_users
from omakase_service.serving.shown import DAY_SECONDS, shown_before
from omakase_service.serving.user_state import person
from omakase_service.training.services import train

pytestmark = pytest.mark.django_db
NOW = 1_700_100_000


@pytest.fixture
def compared(tribes):
    """A version that compares people, too."""
    return train(models={"ease": {"l2": 1.0}, "user_knn": {}}, evaluate=False)


def did(item: str, kind: str = "purchase", time: int = NOW, user: str = "u00", **more) -> None:
    record(events=[{"user_id": user, "item_id": item, "kind": kind, "time": time, **more}])


# Who is alike


def test_similar_users_are_of_the_same_tribe_best_first(compared):
    found = similar_users(user_id="u00", n=3)
    assert len(found) == 3
    assert all(int(each.user_id[1:]) % 2 == 0 for each in found)
    assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)
    assert "u00" not in [each.user_id for each in found]


@pytest.mark.parametrize("n", [1, 2, 50])
def test_similar_users_are_no_more_than_asked_for(compared, n):
    assert len(similar_users(user_id="u00", n=n)) <= n


def test_similar_users_of_somebody_unknown_are_none(compared):
    assert similar_users(user_id="nobody") == []


def test_similar_users_never_name_who_was_deleted(compared):
    first = similar_users(user_id="u00", n=1)[0].user_id
    delete_user(user_id=first)
    assert first not in [each.user_id for each in similar_users(user_id="u00", n=50)]
    assert not User.objects.filter(user_id=first).exists()


def test_similar_users_without_a_model_that_compares_people_is_refused(trained):
    with pytest.raises(CapabilityError) as refused:
        similar_users(user_id="u00")
    assert str(refused.value).startswith("people are compared by 'user_knn'; train it too")


# What they like


@pytest.mark.parametrize(
    ("past", "liked"),
    [
        ([], set()),
        ([("i00", "purchase")], {"i00"}),
        ([("i00", "purchase"), ("i02", "dislike")], {"i00"}),
        ([("i00", "purchase"), ("i00", "purchase")], {"i00"}),
        ([("never heard of", "purchase")], {"never heard of"}),
    ],
)
def test_liked_items_are_those_that_events_speak_for(trained, past, liked):
    events = [HistoryEvent(item, kind, None, NOW + at) for at, (item, kind) in enumerate(past)]
    assert liked_items(past=events) == liked


def test_people_without_a_version_are_not_ready(tribes):
    for ask in (
        lambda: similar_users(user_id="u00"),
        lambda: liked_items(past=[]),
        lambda: onboarding(user_id="u00"),
    ):
        with pytest.raises(NotReady):
            ask()


# What to ask


@pytest.mark.parametrize("n", [1, 4, 12])
def test_onboarding_asks_of_no_more_than_wanted_the_most_telling_first(trained, n):
    asked = onboarding(n=n)
    assert 0 < len(asked.items) <= n
    assert len({card.item_id for card, _ in asked.items}) == len(asked.items)
    assert len(asked.categories) <= n
    assert all(bits >= 0 for _, bits in (*asked.items, *asked.categories))
    words = [word for word, _ in asked.categories]
    assert set(words) <= {"Odd", "Even"}


def test_onboarding_asks_of_nothing_that_somebody_had(trained):
    had = {"i02", "i04", "i06", "i08", "i10"}
    assert not {card.item_id for card, _ in onboarding(user_id="u00", n=12).items} & had


def test_onboarding_asks_of_no_category_that_somebody_shuns(trained):
    upsert_users(users=[UserIn(user_id="new", excluded_categories=["Odd"])])
    asked = onboarding(user_id="new", n=12)
    assert "Odd" not in [word for word, _ in asked.categories]
    assert {card.category for card, _ in asked.items} <= {"Even"}


# Why it was there


def test_explanation_of_an_answer_is_of_each_of_its_places(trained):
    answer = services.recommend(user_id="u00", n=3, explain=True, request_id="r1")
    found = explanation(request_id="r1")
    assert not found.recomputed
    assert [(e.card.item_id, e.rank, e.why) for e in found.items] == [
        (e.card.item_id, e.rank, e.why) for e in answer.items
    ]


def test_explanation_of_one_item_is_of_it_alone_at_its_rank(trained):
    answer = services.recommend(user_id="u00", n=3, request_id="r1")
    last = answer.items[2]
    (found,) = explanation(request_id="r1", item_id=last.card.item_id).items
    assert (found.card.item_id, found.rank, found.score) == (last.card.item_id, 3, last.score)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_explanation_that_is_made_afterwards_says_so_in_the_language(trained, language):
    services.recommend(user_id="u00", n=2, request_id="r1")
    found = explanation(request_id="r1", language=language)
    assert found.recomputed
    text = "".join(each.why.text for each in found.items)
    assert any("가" <= letter <= "힣" for letter in text) is (language == "ko")


def test_explanation_by_user_and_item_is_of_the_newest_that_showed_it(trained):
    for number in range(2):
        moment = 1_700_050_000 + number
        services.recommend(user_id="u00", n=3, request_id=f"r{number}", clock=lambda at=moment: at)
    item = services.recommend(user_id="u00", n=1, request_id="r9", clock=lambda: 1_700_040_000)
    found = explanation(user_id="u00", item_id=item.items[0].card.item_id)
    assert found.answer.request_id == "r1"


def test_explanation_without_any_name_asks_for_one(trained):
    for asked in ({}, {"user_id": "u00"}, {"item_id": "i00"}):
        with pytest.raises(Invalid) as refused:
            explanation(**asked)
        assert str(refused.value) == "name a request_id, or a user_id and an item_id"


def test_explanation_of_an_item_that_was_not_shown_is_not_found(trained):
    services.recommend(user_id="u00", n=1, request_id="r1")
    with pytest.raises(NotFound) as refused:
        explanation(request_id="r1", item_id="no")
    assert str(refused.value) == "'no' is not in this answer"


# What a place has shown


def shown(*items: str, time: int = NOW, **more) -> LoggedAnswer:
    places = [ShownItem(item, 0.5) for item in items]
    return LoggedAnswer(
        "r", time, places, "ease", "v1", **{"user_id": "ada", "placement": "home", **more}
    )


@pytest.mark.parametrize(
    ("answer", "kept_out"),
    [
        (shown("a", "b"), {"a", "b"}),
        (shown("a", time=NOW - DAY_SECONDS), {"a"}),
        (shown("a", time=NOW - DAY_SECONDS - 1), set()),
        (shown("a", placement="cart"), set()),
        (shown("a", user_id="bob"), set()),
        (shown("a", user_id=None, session_id="s"), set()),
        (shown("a", session_id="s"), {"a"}),
        (shown(), set()),
    ],
)
@pytest.mark.parametrize("is_written", [False, True])
def test_shown_before_is_what_the_place_showed_within_its_days(answer, kept_out, is_written):
    if is_written:
        write(answers=[answer])
    else:
        writer.note(answer)
    question = ListRequest(user_id="ada", placement="home")
    assert set(shown_before(question, 1.0, NOW)) == kept_out


def test_shown_before_to_a_session_is_what_it_was_shown_without_a_user():
    writer.note(shown("a", user_id=None, session_id="s"))
    write(answers=[shown("b", user_id=None, session_id="s"), shown("c", session_id="s")])
    question = ListRequest(session_id="s", placement="home")
    assert set(shown_before(question, 1.0, NOW)) == {"a", "b"}


def test_shown_before_to_nobody_costs_no_query(django_assert_num_queries):
    write(answers=[shown("a")])
    with django_assert_num_queries(0):
        assert set(shown_before(ListRequest(placement="home"), 1.0, NOW)) == set()


# Who they are, by what is at hand


def test_person_is_followed_as_they_act(trained):
    question = ListRequest(user_id="u00")
    before = person(question, NOW)
    assert [event.item_id for event in person(question, NOW).past] == [
        event.item_id for event in before.past
    ]
    did("i01")
    after = person(question, NOW)
    assert after.revision > before.revision
    assert [event.item_id for event in after.past][-1] == "i01"


def test_person_wishes_are_followed_as_they_change(trained):
    question = ListRequest(user_id="u00")
    assert person(question, NOW).wishes.diversity is None
    upsert_users(users=[UserIn(user_id="u00", diversity=0.5, attributes={"likes": ["a", "b"]})])
    first, at_hand = person(question, NOW), person(question, NOW)
    assert first.wishes.diversity == at_hand.wishes.diversity == 0.5
    assert tuple(at_hand.wishes.facts["likes"]) == ("a", "b")


def test_person_at_hand_costs_no_query(trained, django_assert_num_queries):
    question = ListRequest(user_id="u00")
    person(question, NOW)
    with django_assert_num_queries(0):
        found = person(question, NOW)
    assert len(found.past) == 5


def test_person_without_a_name_is_nobody(trained):
    found = person(ListRequest(), NOW)
    assert (list(found.past), found.wishes, found.erased > 0) == ([], UserState().wishes, True)


# What was deleted a moment ago


def test_deleted_items_are_those_that_the_version_still_shows(
    trained, api, django_capture_on_commit_callbacks
):
    live = live_version.now().live
    assert deleted_items_of(live, deletions_revision()) == frozenset()
    for item in ("i03", "i05"):
        with django_capture_on_commit_callbacks(execute=True):
            assert api.delete(f"/api/items/{item}").status_code == 204
    revision = deletions_revision()
    assert revision > 0
    assert deleted_items_of(live, revision) == {"i03", "i05"}
    assert deleted_items_of(live_version.now().live, revision) == frozenset()


def test_deleted_items_are_looked_up_once_after_a_deletion(
    trained, api, django_assert_num_queries, django_capture_on_commit_callbacks
):
    live = live_version.now().live
    with django_capture_on_commit_callbacks(execute=True):
        api.delete("/api/items/i03")
    revision = deletions_revision()
    first = deleted_items_of(live, revision)
    with django_assert_num_queries(0):
        assert deleted_items_of(live, revision) is first
