"""Fetch an address that somebody wrote into a form, and nothing that lies behind our own doors.

The name is looked up once, each of its addresses is judged, and the connection goes to the address
that was judged, at every redirect anew: no name that points elsewhere a moment later leads inside.
"""

import gzip
import ipaddress
import socket
import ssl
import zlib
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import unquote_to_bytes, urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    Request,
)

from omakase_service.platform.exceptions import Invalid
from omakase_settings import settings

CHUNK = 1 << 16
GZIP = b"\x1f\x8b"
NOT_MODIFIED = 304
PORTS = {"http": 80, "https": 443}
TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
"""RFC 6052: what a NAT64 sends on to the address in the last 32 bits."""


@dataclass(frozen=True, slots=True)
class FetchedFeed:
    """What an address answered.

    Attributes:
        body: a file in a folder of its own, gone with the block; None where nothing has changed.
        etag, modified: by which it is asked the next time.
    """

    body: Path | None
    etag: str
    modified: str


@contextmanager
def fetched(url: str, *, etag: str = "", modified: str = "") -> Iterator[FetchedFeed]:
    """What is at an address, unless it is what was read before.

    Raises:
        Invalid: it cannot be read; the message names no more of the address than its host.
    """
    headers = {"User-Agent": "Omakase", "Accept-Encoding": "identity"}
    headers |= {"If-None-Match": etag} if etag else {}
    headers |= {"If-Modified-Since": modified} if modified else {}
    host = require_address(url)
    try:
        with (
            _opener().open(
                _request(url, headers), timeout=settings().feeds.timeout_seconds
            ) as answer,
            TemporaryDirectory(prefix="omakase-feed-") as folder,
        ):
            path = Path(folder) / "feed"
            _copy(answer, path)
            if getattr(answer, "length", None):
                raise Invalid(f"{host} broke off before the end of the feed")
            marks = [answer.headers.get(name, "") for name in ("ETag", "Last-Modified")]
            yield FetchedFeed(_plain(path), marks[0][:500], marks[1][:100])
    except HTTPError as error:
        if error.code != NOT_MODIFIED:
            raise Invalid(f"{host} answered {error.code}") from error
        yield FetchedFeed(None, etag, modified)
    except (URLError, OSError, HTTPException) as error:
        reason = getattr(error, "reason", error)
        raise Invalid(f"{host} cannot be reached: {reason}") from error


def require_address(url: str) -> str:
    """The host of an address that may be fetched.

    Raises:
        Invalid: it is none of http or https, or names no host.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Invalid("the address cannot be read") from error
    if parts.scheme not in PORTS or not parts.hostname or port == 0:
        raise Invalid("the address must begin with https:// or http:// and name a host")
    return parts.hostname


def _request(url: str, headers: Mapping[str, str]) -> Request:
    """The request; a login that stands in the address goes to its host alone, as HTTP has it."""
    parts = urlsplit(url)
    login, at, host = parts.netloc.rpartition("@")
    request = Request(parts._replace(netloc=host).geturl(), headers=dict(headers))  # noqa: S310, checked before
    if at:
        words = b64encode(unquote_to_bytes(login)).decode()
        request.add_unredirected_header("Authorization", f"Basic {words}")
    return request


def _copy(source: Any, path: Path) -> None:
    """At most what a feed may hold, so that a small archive does not fill the disk either."""
    most, size = settings().feeds.max_bytes, 0
    with path.open("wb") as file:
        while chunk := source.read(CHUNK):
            size += len(chunk)
            if size > most:
                raise Invalid(f"the feed is larger than feeds.max_bytes, {most:,} bytes")
            file.write(chunk)


def _plain(path: Path) -> Path:
    """The file itself, or the one that is packed in it."""
    with path.open("rb") as file:
        if file.read(len(GZIP)) != GZIP:
            return path
    plain = path.with_name("unpacked")
    try:
        with gzip.open(path) as file:
            _copy(file, plain)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise Invalid(f"the feed is a damaged archive: {error}") from error
    return plain


def _opener() -> OpenerDirector:
    """HTTP and HTTPS alone: no files, no proxies of the environment, no other schemes."""
    opener = OpenerDirector()
    for handler in (
        GuardedHandler(),
        GuardedTlsHandler(),
        HTTPRedirectHandler(),
        HTTPErrorProcessor(),
        HTTPDefaultErrorHandler(),
    ):
        opener.add_handler(handler)
    return opener


def guarded_socket(host: str, port: int, timeout: float | None) -> socket.socket:
    """A connection to an address of this name that may be fetched from.

    Raises:
        OSError: none of them may, or none answers.
    """
    refused: OSError = OSError("the name has no address")
    for family, kind, protocol, _, place in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        if not _is_allowed(str(place[0])):
            refused = OSError(
                f"{place[0]} is a private address; feeds.private_addresses allows them"
            )
            continue
        line = socket.socket(family, kind, protocol)
        line.settimeout(timeout)
        try:
            line.connect(place)
        except OSError as error:
            line.close()
            refused = error
        else:
            return line
    raise refused


def _is_allowed(address: str) -> bool:
    if settings().feeds.private_addresses:
        return True
    ip = ipaddress.ip_address(address.partition("%")[0])
    inner = _inner_address(ip)
    return ip.is_global and not ip.is_multicast and (inner is None or inner.is_global)


def _inner_address(
    ip: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> ipaddress.IPv4Address | None:
    """The old address that a new one stands for, where a gateway would translate it."""
    if isinstance(ip, ipaddress.IPv4Address):
        return None
    if ip in TRANSLATED:
        return ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)


class GuardedConnection(HTTPConnection):
    """Goes to judged addresses alone."""

    def connect(self) -> None:
        """Connect."""
        self.sock = guarded_socket(self.host, self.port, self.timeout)


class GuardedTlsConnection(HTTPSConnection):
    """The same over TLS, whose certificate is checked for the name."""

    def connect(self) -> None:
        """Connect."""
        line = guarded_socket(self.host, self.port, self.timeout)
        self.sock = ssl.create_default_context().wrap_socket(line, server_hostname=self.host)


class GuardedHandler(HTTPHandler):
    """Opens http://."""

    def http_open(self, req: Request) -> HTTPResponse:
        """Open."""
        return self.do_open(GuardedConnection, req)


class GuardedTlsHandler(HTTPSHandler):
    """Opens https://."""

    def https_open(self, req: Request) -> HTTPResponse:
        """Open."""
        return self.do_open(GuardedTlsConnection, req)
