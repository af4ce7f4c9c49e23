"""Words that only some settings take, and what is refused of them."""

import pytest
from pydantic import BaseModel, ValidationError

from omakase_settings import Placement, Settings
from omakase_settings.secret import Secret

TOPICS = [
    name
    for name, field in Settings.model_fields.items()
    if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
]


def place_of(**topics: object) -> str:
    with pytest.raises(ValidationError) as caught:
        Settings(**topics)
    return ".".join(map(str, caught.value.errors()[0]["loc"]))


@pytest.mark.parametrize("topic", TOPICS)
def test_name_that_a_topic_does_not_know_is_refused_there(topic):
    assert place_of(**{topic: {"nonsense": 1}}) == f"{topic}.nonsense"


@pytest.mark.parametrize("topic", TOPICS)
def test_nothing_of_a_topic_changes_once_it_is_made(topic):
    own = getattr(Settings(), topic)
    name = next(iter(type(own).model_fields))
    with pytest.raises(ValidationError, match="frozen"):
        setattr(own, name, getattr(own, name))


@pytest.mark.parametrize("topic", TOPICS)
def test_every_setting_of_a_topic_is_explained(topic):
    for name, field in type(getattr(Settings(), topic)).model_fields.items():
        assert field.description, f"{topic}.{name}"
        assert field.description == field.description.strip()
        assert not field.description.endswith("."), f"{topic}.{name}"


CHOICES = {
    "web.language": ("en", "ko"),
    "jobs.dispatch": ("database", "celery"),
    "mail.security": ("none", "starttls", "tls"),
    "training.gate": ("not_worse", "better", "off"),
    "logs.level": ("debug", "info", "warning", "error"),
    "alerts.webhook_form": ("plain", "slack", "pagerduty"),
}
TAKEN = [(name, word) for name, words in CHOICES.items() for word in words]


@pytest.mark.parametrize(("name", "word"), TAKEN)
def test_word_of_a_choice_is_taken(name, word):
    topic, key = name.split(".")
    assert getattr(getattr(Settings(**{topic: {key: word}}), topic), key) == word


@pytest.mark.parametrize("wrong", ["", "other", None, 1, True, "EN "])
@pytest.mark.parametrize("name", CHOICES)
def test_word_that_is_no_choice_is_refused(name, wrong):
    topic, key = name.split(".")
    assert place_of(**{topic: {key: wrong}}) == name


@pytest.mark.parametrize("url", ["", "s3://models", "s3://models/house", "s3://models/a/b/"])
def test_store_of_versions_is_a_bucket_and_a_prefix(url):
    assert Settings(versions={"url": url}).versions.url == url


@pytest.mark.parametrize("url", ["models", "https://models", "s3://", "s3:///house", "S3://a"])
def test_store_of_versions_that_is_no_bucket_is_refused(url):
    assert place_of(versions={"url": url}) == "versions.url"


@pytest.mark.parametrize("code", ["", "USD", "KRW"])
def test_currency_is_a_code_of_three_capitals(code):
    assert Settings(storefront={"currency": code}).storefront.currency == code


@pytest.mark.parametrize("code", ["usd", "US", "USDX", "$", "원", "U S"])
def test_currency_that_is_no_code_is_refused(code):
    assert place_of(storefront={"currency": code}) == "storefront.currency"


@pytest.mark.parametrize("url", ["http://host:4318", "https://collector.example/v1"])
def test_collector_of_traces_is_an_address(url):
    assert Settings(tracing={"endpoint": url}).tracing.endpoint == url


@pytest.mark.parametrize("nothing", ["", None])
def test_collector_that_is_empty_is_none(nothing):
    assert Settings(tracing={"endpoint": nothing}).tracing.endpoint is None


@pytest.mark.parametrize("url", ["host:4318", "grpc://host:4317", "ttp://a"])
def test_collector_that_is_no_address_is_refused(url):
    assert place_of(tracing={"endpoint": url}) == "tracing.endpoint"


@pytest.mark.parametrize("role", ["admin", "", "SEE", None])
def test_role_that_a_provider_gives_and_the_console_has_not_is_refused(role):
    assert place_of(oidc={"roles": {"boss": role}}) == "oidc.roles.boss"


def test_roles_of_a_provider_are_called_as_the_owner_likes():
    roles = {"점장": "administer", "staff/shop": "see"}
    assert Settings(oidc={"roles": roles}).oidc.roles == roles


@pytest.mark.parametrize("length", [0, 1, 31])
def test_key_of_tokens_that_is_short_is_refused_at_its_place(length):
    keys = ("k" * 32, "k" * length)
    assert place_of(tokens={"keys": keys}) == "tokens.keys.1"


def test_key_of_tokens_is_long_enough_from_32_characters():
    keys = Settings(tokens={"keys": ("k" * 32, "열" * 32)}).tokens.keys
    assert [key.get_secret_value() for key in keys] == ["k" * 32, "열" * 32]


class Holder(BaseModel):
    secret: Secret = None


@pytest.mark.parametrize("nothing", [None, ""])
def test_secret_that_is_empty_is_none(nothing):
    assert Holder(secret=nothing).secret is None


@pytest.mark.parametrize("text", ["x", " ", "0", "비밀"])
def test_secret_is_kept_as_it_is_and_shown_to_nobody(text):
    holder = Holder(secret=text)
    assert holder.secret.get_secret_value() == text
    assert repr(holder) == "Holder(secret=SecretStr('**********'))"


WAYS = {"model": "ease", "strategy": "rrf", "pipeline": {"sources": []}}


@pytest.mark.parametrize("way", WAYS)
def test_placement_is_answered_by_one_of_three(way):
    assert getattr(Placement(**{way: WAYS[way]}), way) == WAYS[way]


@pytest.mark.parametrize(
    "ways", [("model", "strategy"), ("model", "pipeline"), ("strategy", "pipeline"), tuple(WAYS)]
)
def test_placement_that_several_would_answer_is_refused(ways):
    with pytest.raises(ValidationError) as caught:
        Placement(**{way: WAYS[way] for way in ways})
    (told,) = caught.value.errors()
    assert told["msg"] == (
        "Value error, name a model, a strategy or a pipeline, not several of them"
    )


def test_placement_that_names_none_is_answered_by_the_best():
    assert Placement(model="", strategy="", pipeline={}) == Placement()


def test_items_that_may_be_shown_are_any_or_those_named_even_none():
    assert Placement().include is None
    assert Placement(include=()).include == ()
