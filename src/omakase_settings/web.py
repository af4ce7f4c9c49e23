"""How the service listens, whom it lets in, and the page it shows."""

from typing import Annotated, Literal

from pydantic import Field, SecretStr

from omakase_settings.group import SettingGroup
from omakase_settings.secret import Secret


class WebSettings(SettingGroup, frozen=True):
    """How the service listens."""

    secret_key: Secret = Field(
        default=None,
        description="signs cookies and API keys; none: made once, kept in data_folder/secret_key",
    )
    allowed_hosts: tuple[str, ...] = Field(
        default=("localhost", "127.0.0.1", "[::1]", "testserver"),
        description="Host headers answered",
    )
    trusted_origins: tuple[str, ...] = Field(
        default=(), description="https:// origins from which staff pages may be posted"
    )
    open_metrics: bool = Field(
        default=False, description="/metrics is shown to anybody; otherwise to a key with admin"
    )
    debug: bool = Field(default=False, description="tracebacks in the browser; never in production")
    host: str = Field(default="127.0.0.1", description="address of `omakase serve`")
    port: int = Field(default=8000, ge=1, le=65535, description="TCP port of `omakase serve`")
    workers: int = Field(default=1, ge=1, description="processes that answer")
    cors_origins: tuple[str, ...] = Field(
        default=(), description="origins whose pages may call the API, https://shop.example"
    )
    https: bool = Field(
        default=False, description="people come by https: cookies are sent over nothing else"
    )
    hsts_seconds: int = Field(
        default=0, ge=0, description="how long browsers insist on https; 0: they are not told to"
    )
    proxies: int = Field(
        default=0, ge=0, description="own proxies in front, whose X-Forwarded-For is believed"
    )
    key_seconds: float = Field(
        default=1.0, ge=0, description="how long a process believes a server key without looking"
    )
    threads: int = Field(
        default=4, ge=1, description="requests a process answers at a time; a write waits for disk"
    )
    max_body_bytes: int = Field(
        default=20 * 2**20, ge=1024, description="largest request body that is read, in bytes"
    )
    max_connections: int = Field(
        default=10_000,
        ge=10,
        description="open connections of a process; later ones wait until one is closed. No more "
        "than the open files that the system allows",
    )
    max_requests: int = Field(
        default=2_000, ge=1, description="requests of a process under way; beyond, 503 at once"
    )
    header_seconds: float = Field(
        default=15.0,
        gt=0,
        description="a connection that sends no whole request head for so long is closed, also "
        "between two requests",
    )
    body_seconds: float = Field(
        default=60.0, gt=0, description="a body that has not come within this time is refused"
    )
    language: Literal["en", "ko"] = Field(
        default="en", description="language of pages where the browser asks for none"
    )


class TokenSettings(SettingGroup, frozen=True):
    """Tokens of single users, for pages and apps."""

    keys: tuple[Annotated[SecretStr, Field(min_length=32)], ...] = Field(
        default=(),
        description="the first signs, all verify: put a new one first, take the old one out when "
        "its tokens have expired; none: derived from the secret key",
    )
    minutes: int = Field(default=60, ge=1, description="how long a token holds by itself")
    max_minutes: int = Field(default=1440, ge=1, description="longest that may be asked for")
    session_days: int = Field(
        default=30,
        ge=1,
        description="how long after its last token a page's session may go on, by a public key",
    )


class RateLimits(SettingGroup, frozen=True):
    """How often one may ask, a minute; 0: as often as one likes.

    Processes count together where `redis_url` is set; else, and while Redis is away, each for
    itself: with W workers up to W times as much is let through.
    """

    key_per_minute: int = Field(default=0, ge=0, description="requests with one server key")
    user_per_minute: int = Field(
        default=600, ge=0, description="requests and messages with the tokens of one user"
    )
    address_per_minute: int = Field(
        default=0, ge=0, description="requests to the API from one address, whoever asks"
    )
    refused_per_minute: int = Field(
        default=300, ge=0, description="requests without a valid key or token from one address"
    )
    sessions_per_minute: int = Field(
        default=60, ge=0, description="tokens of pages by a public key, from one address"
    )
    events_per_minute: int = Field(
        default=600, ge=0, description="events with the tokens of one user, however many at once"
    )
    login_per_minute: int = Field(
        default=10, ge=0, description="tries to log in to the admin from one address"
    )


class StorefrontSettings(SettingGroup, frozen=True):
    """The demo site, at the root of the server."""

    open: bool = Field(
        default=False,
        description="anybody may look at it, and come as any user of the data: for demos only",
    )
    currency: Annotated[str, Field(pattern="^([A-Z]{3})?$")] = Field(
        default="",
        description="of its prices and of those in digests, by its ISO 4217 code (USD, KRW); on "
        "the site an item's attribute `currency` goes before; empty: prices are bare numbers",
    )
