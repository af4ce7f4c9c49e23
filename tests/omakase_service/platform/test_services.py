import re
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone
from django.utils.crypto import salted_hmac

from omakase_service.platform import services
from omakase_service.platform.exceptions import Invalid, NotFound
from omakase_service.platform.models import ApiKey
from omakase_service.platform.selectors import digest_of

pytestmark = pytest.mark.django_db


def test_a_key_is_known_by_its_secret_and_kept_as_a_hash():
    key = services.create_key(name="shop", scopes=["read"])
    assert re.fullmatch(r"omk_[0-9a-f]{8}_[\w-]{32}", key.secret)
    assert services.use_key(secret=key.secret).name == "shop"
    kept = ApiKey.objects.values().get()
    assert key.secret not in str(kept)
    assert key.secret.split("_", 2)[2] not in str(kept)


def test_two_keys_differ():
    secrets = {services.create_key(name="a", scopes=["read"]).secret for _ in range(5)}
    assert len(secrets) == 5


@pytest.mark.parametrize("damage", [lambda s: s[:-1], lambda s: s + "x", lambda s: s.upper()])
def test_a_damaged_secret_is_nobody(damage):
    key = services.create_key(name="shop")
    assert services.use_key(secret=damage(key.secret)) is None


@pytest.mark.parametrize("secret", ["", "omk", "omk_", "omk__", "omk_12345678_", "x_y_z"])
def test_what_was_never_a_key_is_nobody(secret):
    assert services.use_key(secret=secret) is None


def test_a_revoked_key_is_nobody_and_cannot_be_revoked_again():
    key = services.create_key(name="shop")
    services.revoke_key(prefix=key.prefix)
    assert services.use_key(secret=key.secret) is None
    with pytest.raises(NotFound):
        services.revoke_key(prefix=key.prefix)


def test_a_key_that_nobody_saw_is_not_judged_while_the_database_is_down(monkeypatch, client):
    """As in a worker that starts then: it is neither let in nor called unknown."""
    seen, unseen = (services.create_key(name="a").secret for _ in range(2))
    assert services.use_key(secret=seen)

    def down(**asked):
        raise OperationalError("gone")

    monkeypatch.setattr(services, "living_key", down)
    for secret in (unseen, "omk_12345678_never"):
        refused = client.get("/api/items", headers={"X-API-Key": secret})
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
        assert refused.json()["code"] == "not_ready"
    assert services.use_key(secret=seen)


def test_the_pepper_matters(settings):
    key = services.create_key(name="shop")
    settings.SECRET_KEY = "another"
    assert services.use_key(secret=key.secret) is None


@pytest.mark.parametrize(("name", "scopes"), [("", ["read"]), ("a", []), ("a", ["root"])])
def test_a_key_needs_a_name_and_scopes_that_exist(name, scopes):
    with pytest.raises(Invalid):
        services.create_key(name=name, scopes=scopes)


def test_the_last_use_is_written_once_a_minute(settings_with, django_assert_num_queries):
    settings_with(web={"key_seconds": 60})
    key = services.create_key(name="shop")
    with django_assert_num_queries(2):
        services.use_key(secret=key.secret)
    with django_assert_num_queries(0):
        services.use_key(secret=key.secret)
    ApiKey.objects.update(last_used=timezone.now() - timedelta(minutes=2))
    services.recent_keys.clear()
    with django_assert_num_queries(2):
        services.use_key(secret=key.secret)


@pytest.mark.parametrize(("name", "taken"), [("가" * 100, True), ("가" * 101, False), (" ", False)])
def test_a_name_fits_its_column(name, taken):
    if taken:
        assert services.create_key(name=f" {name} ").name == name
    else:
        with pytest.raises(Invalid, match="a name of at most 100 characters"):
            services.create_key(name=name)


def test_a_key_is_hashed_as_django_salts_texts():
    """Keys that were made with it go on working."""
    for secret in ("omk_1_a", "", "열쇠"):
        salted = salted_hmac("omakase.api_key", secret, algorithm="sha256").hexdigest()
        assert digest_of(secret) == salted
