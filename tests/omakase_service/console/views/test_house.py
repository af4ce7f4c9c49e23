"""Alerts, conversations and settings, as the service keeps them."""

import pytest
from pydantic import SecretStr
from tests.omakase_service.console.markup import (
    forms_of,
    messages_of,
    rows_of,
    section_of,
    tree_of,
)

from omakase_service.alerts.contracts import AlertFinding
from omakase_service.alerts.services import close_all_but, open_incident
from omakase_service.chat.models import Conversation, Turn
from omakase_service.jobs.selectors import jobs
from omakase_service.platform.roles import Role
from omakase_service.platform.staff import change_staff, create_staff
from omakase_settings import Settings, settings

pytestmark = pytest.mark.django_db
ALERTS, TALKS, SETTINGS = "/console/alerts/", "/console/conversations/", "/console/settings/"
FINDING = AlertFinding("clicks", "clicks fell <by half>", "look at the list")


@pytest.fixture
def talk():
    """A conversation of so many turns."""

    def make(number: str = "c1", turns: int = 1, *, items=(), **fields) -> Conversation:
        row = Conversation.objects.create(conversation_id=number, **fields)
        for n in range(turns):
            Turn.objects.create(
                conversation=row, number=n + 1, message=f"say <{n}>", answer=f"answer {n}",
                intent="search", confidence=0.5, items=list(items), written_by="rules",
            )  # fmt: skip
        return row

    return make


def lines(topic: str, page) -> dict[str, tuple[str, bool]]:
    """Name to value, and whether it is bold."""
    section = section_of(page, topic)
    return {
        pair.one("code").text: (pair.one("dd").text, bool(pair.one("dd").every("strong")))
        for pair in section.one("dl").every("div")
    }


def test_alerts_of_a_quiet_house_say_so(owner):
    page = tree_of(owner.get(ALERTS))
    assert section_of(page, "Open").text == "Open None is open."
    assert section_of(page, "Over").text == "Over None yet."


def test_alert_is_listed_with_its_advice_and_name(owner):
    open_incident(FINDING)
    (line,) = section_of(owner.get(ALERTS), "Open").every("li", class_="now")
    assert line.one("strong").text == "clicks fell <by half>"
    assert line.every("span")[0].text == "look at the list"
    assert line.every("span")[1].text.startswith("clicks · since ")


def test_alert_that_is_over_is_listed_among_those(owner):
    open_incident(FINDING)
    close_all_but({})
    page = tree_of(owner.get(ALERTS))
    assert "None is open." in section_of(page, "Open").text
    (line,) = section_of(page, "Over").every("li")
    assert line.text.startswith("clicks clicks fell <by half>")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "Nobody is told by a webhook: see alerts.webhook_url in the settings."),
        ("https://hook.example/secret", "A webhook tells of each alert once, and of its end."),
    ],
)
def test_alerts_say_whether_anybody_is_told(owner, settings_with, url, words):
    settings_with(alerts={"webhook_url": url} if url else {})
    page = owner.get(ALERTS)
    assert words in tree_of(page).text
    assert b"hook.example" not in page.content


def test_check_is_asked_for_and_leads_to_its_job(owner):
    response = owner.post(f"{ALERTS}check")
    (job,) = jobs(kind="check_alerts")
    assert response["Location"] == f"/console/jobs/{job.id}/"


@pytest.mark.parametrize(
    ("role", "offered"),
    [("see", []), ("edit", ["Check now"]), ("administer", ["Events put aside", "Check now"])],
)
def test_alerts_offer_each_role_what_it_may(member, role, offered):
    actions = tree_of(member(role).get(ALERTS)).one("div", class_="actions")
    assert [each.text for each in actions.below() if each.tag in ("a", "button")] == offered


def test_conversations_before_anybody_talked_say_so(owner):
    assert "Nobody has talked with the engine yet." in tree_of(owner.get(TALKS)).text


def test_conversations_are_listed_with_whom_and_how_long(owner, talk):
    talk("c1", 3, user_id="u01", satisfaction=4)
    talk("c2", 1)
    rows = rows_of(tree_of(owner.get(TALKS)).one("main"))
    assert [(row["With"], row["Turns"], row["Satisfaction"]) for row in rows] == [
        ("somebody new", "1", "–"),
        ("u01", "3", "4"),
    ]


def test_conversation_is_shown_turn_by_turn(owner, talk):
    talk("c/1&2", 2, user_id="u01")
    (link,) = tree_of(owner.get(TALKS)).one("tbody").every("a")
    page = tree_of(owner.get(link.attributes["href"]))
    talked = page.one("div", class_="talk")
    assert [each.text for each in talked.every("p", class_="said")] == ["say <0>", "say <1>"]
    assert "answer 1" in talked.text
    assert "search 50.0 %" in talked.text
    assert page.one("h1").text == "u01"


def test_conversation_names_items_by_their_titles_or_else_by_their_ids(trained, owner, talk):
    talk("c1", 1, items=["i03", "bygone"])
    links = tree_of(owner.get(f"{TALKS}one?id=c1")).one("div", class_="talk").every("a")
    assert [(each.text, each.attributes["href"]) for each in links] == [
        ("Item 3", "/console/items/one?id=i03"),
        ("bygone", "/console/items/one?id=bygone"),
    ]


def test_conversation_in_a_house_without_a_version_names_items_by_their_ids(owner, talk):
    talk("c1", 1, items=["i03"])
    (link,) = tree_of(owner.get(f"{TALKS}one?id=c1")).one("div", class_="talk").every("a")
    assert link.text == "i03"


@pytest.mark.parametrize("number", ["", "nope"])
def test_conversation_that_there_is_not_is_a_404_of_the_console(owner, number):
    page = owner.get(f"{TALKS}one", {"id": number})
    assert page.status_code == 404
    assert "That cannot be shown" in tree_of(page).text


def test_settings_list_every_topic_and_every_name(owner):
    page = tree_of(owner.get(SETTINGS))
    for name, info in Settings.model_fields.items():
        fields = getattr(info.annotation, "model_fields", None)
        if fields is None:
            assert name in lines("omakase", page)
        else:
            assert set(lines(name, page)) == {f"{name}.{each}" for each in fields}


def test_settings_that_are_not_as_by_default_are_bold(owner, settings_with):
    settings_with(serving={"max_n": 7})
    serving = lines("serving", owner.get(SETTINGS))
    assert serving["serving.max_n"] == ("7", True)
    assert serving["serving.default_n"] == (str(settings().serving.default_n), False)


@pytest.mark.parametrize(
    ("topics", "name", "text"),
    [
        ({"web": {"cors_origins": ["https://a.example", "https://b.example"]}},
         "web.cors_origins", "https://a.example, https://b.example"),
        ({}, "web.cors_origins", "–"),
        ({"serving": {"exploration_draws": True}}, "serving.exploration_draws", "True"),
        ({"digests": {"sender": "Shop <news@shop.example>"}},
         "digests.sender", "Shop <news@shop.example>"),
        ({}, "digests.sender", "–"),
        ({"tokens": {"keys": ["k" * 40]}}, "tokens.keys", "set"),
        ({}, "tokens.keys", "–"),
        ({"oidc": {"client_secret": "hush hush"}}, "oidc.client_secret", "set"),
    ],
)  # fmt: skip
def test_settings_are_written_for_people(owner, settings_with, topics, name, text):
    settings_with(**topics)
    topic = name.partition(".")[0]
    assert lines(topic, owner.get(SETTINGS))[name][0] == text


SECRET = "hush-" + "x" * 40
SECRETS = {
    "database_url": f"postgresql://u:{SECRET}@h/n",
    "redis_url": f"redis://:{SECRET}@h:6379/0",
    "web": {"secret_key": SECRET},
    "tokens": {"keys": [SECRET]},
    "oidc": {"issuer": "https://id.example", "client_secret": SECRET},
    "sql": {"sources": {"shop": {"url": f"postgresql://u:{SECRET}@h/n", "events": "SELECT 1"}}},
    "streams": {"redis_url": f"redis://:{SECRET}@h", "kafka_options": {"sasl.password": SECRET}},
    "alerts": {"webhook_url": f"https://hook.example/{SECRET}"},
    "mail": {"password": SECRET},
    "serving": {},
}


@pytest.mark.parametrize("topic", [each for each in SECRETS if each != "serving"])
def test_settings_never_show_a_secret_of_any_topic(owner, settings_with, topic):
    settings_with(**{topic: SECRETS[topic]})
    assert SECRET.encode() not in owner.get(SETTINGS).content


def test_every_setting_that_is_called_a_secret_is_kept_as_one():
    named = ("secret", "password", "token_key", "api_key")
    for topic, info in Settings.model_fields.items():
        for name, field in (getattr(info.annotation, "model_fields", None) or {}).items():
            if any(name.endswith(word) for word in named):
                assert SecretStr.__name__ in str(field.annotation), f"{topic}.{name}"


def test_settings_name_who_may_log_in_with_their_roles(owner):
    create_staff(login="ann", password="a long enough one", role=Role.SEE)
    create_staff(login="bob", password="a long enough one", role=Role.EDIT)
    change_staff(login="bob", active=False)
    page = section_of(owner.get(SETTINGS), "Who may log in")
    people = [each.text for each in page.one("ul").every("li")]
    assert people[1:] == ["ann see –", "bob edit shut out –"]
    assert people[0].startswith("administer administer")


def test_settings_without_a_sender_say_what_invitations_take(owner):
    page = owner.get(SETTINGS)
    assert "Invitations are sent by mail once these are set: digests.sender" in tree_of(page).text
    assert forms_of(page, f"{SETTINGS}invite") == []


def test_settings_with_a_sender_offer_every_role(owner, settings_with):
    settings_with(digests={"sender": "news@shop.example"})
    page = tree_of(owner.get(SETTINGS))
    offered = [each.attributes["value"] for each in page.one("select", name="role").every("option")]
    assert offered == [role.value for role in Role]


def test_invitation_that_there_is_not_is_not_withdrawn(owner):
    for number in ("", "x", "7", "9" * 5000):
        page = owner.post(f"{SETTINGS}withdraw", {"number": number}, follow=True)
        assert messages_of(page)[0][0] == "error"
