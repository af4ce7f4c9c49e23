"""The OpenID Connect provider of the settings: its client, and what its claims say of somebody."""

from collections.abc import Mapping
from typing import Any

from omakase_service.platform.exceptions import Invalid, NotFound
from omakase_service.platform.roles import Role
from omakase_settings import settings

NAME = "staff"
METHODS = ("client_secret_basic", "none")
DISCOVERY = "/.well-known/openid-configuration"


def is_open() -> bool:
    """Whether staff may log in by a provider."""
    return bool(settings().oidc.issuer)


def provider() -> Any:
    """The client of the provider: code flow with PKCE, state and nonce.

    Raises:
        NotFound: the settings name none.
        Invalid: the extra `oidc` is not installed.
    """
    rules = settings().oidc
    if not rules.issuer:
        raise NotFound("no provider in the settings")
    try:
        from authlib.integrations.django_client import OAuth
    except ImportError as error:
        raise Invalid("authlib is not installed: pip install 'omakase-recsys[oidc]'") from error
    secret = rules.client_secret.get_secret_value() if rules.client_secret else ""
    return OAuth().register(
        NAME,
        client_id=rules.client_id,
        client_secret=secret or None,
        server_metadata_url=rules.issuer.rstrip("/") + DISCOVERY,
        client_kwargs={
            "scope": " ".join(rules.scopes),
            "code_challenge_method": "S256",
            "token_endpoint_auth_method": METHODS[0] if secret else METHODS[1],
            "default_timeout": rules.timeout_seconds,
        },
    )


def refusals() -> tuple[type[Exception], ...]:
    """What the client raises where the provider refuses, cannot be reached or is not believed."""
    from authlib.common.errors import AuthlibBaseError
    from joserfc.errors import JoseError
    from requests import RequestException

    return (AuthlibBaseError, JoseError, RequestException, ValueError)


def role_in(claims: Mapping[str, Any]) -> Role | None:
    """The highest role that claims give; none where they give none."""
    rules = settings().oidc
    value: Any = claims
    for part in rules.role_claim.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    words = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    given = {rules.roles.get(word) for word in words if isinstance(word, str)}
    return next((role for role in reversed(Role) if role.value in given), None)
