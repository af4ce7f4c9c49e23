"""Who opens a WebSocket, asked again at each message: a key may be revoked, a token may end."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpHeaders
from django.http.request import validate_host

from omakase_service.platform.access import address_of, bearer, count
from omakase_service.platform.contracts import Caller
from omakase_service.platform.exceptions import Forbidden, Unauthorized
from omakase_service.platform.roles import SCOPES, role_of
from omakase_settings import settings

PROTOCOL = "omakase"
"""The subprotocol that is spoken."""

BEARER = "bearer."
"""A page cannot set headers on a WebSocket: its token comes as a second subprotocol. It never comes
in the address, which servers and proxies log."""


@dataclass(frozen=True)
class SocketAuth:
    """What a connection showed when it was opened.

    Attributes:
        secret: a server key or a token; nothing where none was shown.
        address: where it comes from.
        staff: the member of staff whose session it carries; none where none.
        foreign: the page that opened it is of another site.
        spoken: the subprotocol to be answered with.
    """

    secret: str
    address: str
    staff: Any
    foreign: bool
    spoken: str | None

    @classmethod
    def of(cls, scope: Any) -> "SocketAuth":
        """From what Channels knows of a connection."""
        headers = HttpHeaders(_environ(scope["headers"]))
        spoken = scope.get("subprotocols", [])
        user = scope.get("user")
        is_staff = user is not None and user.is_active and user.is_staff
        return cls(
            secret=_secret(headers, spoken),
            address=address_of((scope.get("client") or ("",))[0], headers),
            staff=user if is_staff else None,
            foreign=is_foreign(headers.get("Origin", ""), headers.get("Host", "")),
            spoken=PROTOCOL if PROTOCOL in spoken else None,
        )

    def caller(self) -> Caller:
        """Who it is now; counts one message.

        Raises:
            Unauthorized: nobody, or no longer somebody.
            Forbidden: the page of another site uses a session of staff.
            TooMany: asked too often.
        """
        caller = bearer(self.secret) if self.secret else self._staff()
        count(caller, self.address)
        if caller is None:
            raise Unauthorized("send a key or a token that holds")
        return caller

    def _staff(self) -> Caller | None:
        if self.staff is None:
            return None
        if self.foreign:
            raise Forbidden("a page of another site cannot use this session")
        name = self.staff.get_username()
        return Caller(name, SCOPES[role_of(self.staff)], id=f"staff {name}")


def is_foreign(origin: str, host: str) -> bool:
    """Whether a page of this origin is none of ours. A browser always names the origin."""
    parts = urlsplit(origin)
    return parts.netloc != host or not validate_host(
        parts.hostname or "", list(settings().web.allowed_hosts)
    )


def _secret(headers: HttpHeaders, spoken: list[str]) -> str:
    kind, _, value = headers.get("Authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return value.strip()
    tokens = [word.removeprefix(BEARER) for word in spoken if word.startswith(BEARER)]
    return headers.get("X-API-Key", "") or "".join(tokens[:1])


def _environ(headers: list[tuple[bytes, bytes]]) -> dict[str, str]:
    names = (
        (k.decode("latin-1").upper().replace("-", "_"), v) for k, v in headers if b"_" not in k
    )
    return {f"HTTP_{name}": value.decode("latin-1") for name, value in names}
