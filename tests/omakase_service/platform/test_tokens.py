import jwt
import pytest
from pydantic import SecretStr, ValidationError

from omakase_service.platform import tokens
from omakase_service.platform.contracts import Person
from omakase_service.platform.exceptions import Invalid
from omakase_settings import Settings, TokenSettings

pytestmark = pytest.mark.django_db

OLD, NEW = "o" * 32, "n" * 32


@pytest.fixture
def signed_by(monkeypatch):
    """Only these keys sign and verify."""

    def change(*keys: str, **more: int):
        rules = Settings(tokens=TokenSettings(keys=[SecretStr(key) for key in keys], **more))
        monkeypatch.setattr(tokens, "settings", lambda: rules)

    return change


@pytest.mark.parametrize(
    "person", [Person("ada"), Person(session_id="s1"), Person("ada", "s1"), Person("42")]
)
def test_a_token_says_whose_it_is(person):
    made = tokens.issue_token(person=person)
    assert tokens.person_of(made.secret) == made.person == person


def test_a_token_holds_as_long_as_it_says():
    made = tokens.issue_token(person=Person("ada"), minutes=5, clock=lambda: 1e9)
    assert made.expires == 1e9 + 300
    assert tokens.person_of(made.secret) is None


def test_read_token_gives_the_millisecond_of_issue():
    made = tokens.issue_token(person=Person("ada"), clock=lambda: 1e9 + 0.5678)
    claims = tokens.read_token(made.secret, is_expired_allowed=True)
    assert claims is not None
    assert claims.issued == 1e9 + 0.567


@pytest.mark.parametrize("minutes", [0, -1, 1441])
def test_a_token_must_not_hold_for_ever(minutes):
    with pytest.raises(Invalid, match="1 to 1440 minutes"):
        tokens.issue_token(person=Person("ada"), minutes=minutes)


def test_a_token_of_nobody_is_refused():
    with pytest.raises(Invalid, match="user_id"):
        tokens.issue_token(person=Person())


def test_keys_rotate(signed_by):
    signed_by(OLD)
    before = tokens.issue_token(person=Person("ada")).secret
    signed_by(NEW, OLD)
    after = tokens.issue_token(person=Person("ada")).secret
    assert tokens.person_of(before) == tokens.person_of(after) == Person("ada")
    signed_by(NEW)
    assert tokens.person_of(before) is None
    assert tokens.person_of(after) == Person("ada")


def test_another_house_signs_otherwise(settings):
    made = tokens.issue_token(person=Person("ada")).secret
    settings.SECRET_KEY = "another"
    assert tokens.person_of(made) is None


def test_a_short_key_is_refused_at_the_start():
    with pytest.raises(ValidationError, match="32"):
        TokenSettings(keys=[SecretStr("short")])


GOOD = {"aud": "omakase", "iat": 1, "exp": 4e9, "sub": "ada"}


@pytest.mark.parametrize(
    "claims",
    [
        {**GOOD, "aud": "elsewhere"},
        {key: value for key, value in GOOD.items() if key != "exp"},
        {key: value for key, value in GOOD.items() if key != "sub"},
        {**GOOD, "sub": ""},
        {**GOOD, "sub": "a\x00b"},
        {**GOOD, "sub": "x" * 256},
        {**GOOD, "sid": " "},
        {**GOOD, "nbf": 4e9},
    ],
)
def test_a_token_with_odd_claims_is_nobodys(signed_by, claims):
    signed_by(OLD)
    assert tokens.person_of(jwt.encode(GOOD, OLD, "HS256")) == Person("ada")
    assert tokens.person_of(jwt.encode(claims, OLD, "HS256")) is None


@pytest.mark.parametrize(
    "made", [lambda: jwt.encode(GOOD, None, "none"), lambda: "", lambda: "a.b"]
)
def test_what_is_not_signed_is_nobodys(made):
    assert tokens.person_of(made()) is None


def test_another_algorithm_with_the_same_key_is_nobodys(signed_by):
    signed_by("k" * 64)
    assert tokens.person_of(jwt.encode(GOOD, "k" * 64, "HS512")) is None


def test_a_changed_letter_is_noticed():
    head, body, mark = tokens.issue_token(person=Person("ada")).secret.split(".")
    other = tokens.issue_token(person=Person("bob")).secret.split(".")[1]
    assert tokens.person_of(f"{head}.{other}.{mark}") is None
    assert tokens.person_of(f"{head}.{body}.{mark[::-1]}") is None


@pytest.mark.parametrize("minutes", [1, 1440])
def test_issue_token_shortest_and_longest_that_may_be_asked_for_hold_so_long(minutes):
    made = tokens.issue_token(person=Person("ada"), minutes=minutes, clock=lambda: 1e9)
    assert made.expires == 1e9 + 60 * minutes


def test_issue_token_that_nobody_gives_minutes_holds_as_the_setting_says(signed_by):
    signed_by(OLD, minutes=7)
    made = tokens.issue_token(person=Person("ada"), clock=lambda: 1e9)
    assert made.expires == 1e9 + 420


def test_issue_token_setting_beyond_the_longest_is_the_longest(signed_by):
    signed_by(OLD, minutes=100, max_minutes=10)
    assert tokens.issue_token(person=Person("ada"), clock=lambda: 1e9).expires == 1e9 + 6000
    with pytest.raises(Invalid, match="1 to 100 minutes, not 101"):
        tokens.issue_token(person=Person("ada"), minutes=101)


def test_read_token_that_is_over_is_nothing_unless_it_may_be():
    made = tokens.issue_token(person=Person("ada"), minutes=5, clock=lambda: 1e9)
    assert tokens.read_token(made.secret) is None
    claims = tokens.read_token(made.secret, is_expired_allowed=True)
    assert claims is not None
    assert (claims.person, claims.is_public) == (Person("ada"), False)


@pytest.mark.parametrize("public", [False, "true", 1])
def test_read_token_that_only_nearly_says_public_is_not(signed_by, public):
    signed_by(OLD)
    claims = tokens.read_token(jwt.encode({**GOOD, "pub": public}, OLD, "HS256"))
    assert claims is not None and not claims.is_public
