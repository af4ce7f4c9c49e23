"""What is wrong with settings and machine: each check gives findings."""

import shutil
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from pathlib import Path

from omakase.doctor import Finding
from omakase_settings import Settings

SECRET_CHARACTERS = 32
FREE_BYTES = 2**30
OBVIOUS = ("insecure", "changeme", "change-me", "secret", "password", "example")


def weak_secret(settings: Settings) -> Iterator[Finding]:
    """A signing key that can be guessed."""
    if settings.web.secret_key is None:
        return
    secret = settings.web.secret_key.get_secret_value()
    if len(secret) < SECRET_CHARACTERS or any(word in secret.lower() for word in OBVIOUS):
        yield Finding(
            "weak_secret",
            "fault",
            "The secret key can be guessed, so anyone could sign in or make up a server key.",
            "Leave web.secret_key out: a good one is made and kept in the data folder.",
        )


def tracebacks_shown(settings: Settings) -> Iterator[Finding]:
    """Debug in a service that others can reach."""
    if settings.web.debug:
        yield Finding(
            "debug",
            "warning",
            "Whoever causes an error sees code and settings, because web.debug is on.",
            "Set web.debug = false for everyone but yourself.",
        )


def nobody_answered(settings: Settings) -> Iterator[Finding]:
    """Listening to the network, while only local names are answered."""
    hosts = set(settings.web.allowed_hosts)
    if not _is_local(settings.web.host) and hosts <= set(Settings().web.allowed_hosts):
        yield Finding(
            "only_local_names",
            "warning",
            f"The service listens at {settings.web.host}, and answers only to local names.",
            "Add the names that clients use to web.allowed_hosts.",
        )


def anybody_is_anybody(settings: Settings) -> Iterator[Finding]:
    """The demo site, open to the network."""
    if settings.storefront.open and not _is_local(settings.web.host):
        yield Finding(
            "site_open",
            "fault",
            "Whoever reaches the demo site may come as any user and see what they did.",
            "Set storefront.open = false, or web.host = 127.0.0.1.",
        )


def pages_unheard(settings: Settings) -> Iterator[Finding]:
    """Several processes that cannot tell each other news."""
    if settings.web.workers > 1 and settings.redis_url is None:
        yield Finding(
            "pages_unheard",
            "warning",
            "An open page hears only of events that come in by the process it hangs on.",
            "Set redis_url, which all processes share, or web.workers = 1.",
        )


def _is_local(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def disk(settings: Settings) -> Iterator[Finding]:
    """No room, or no right, to write."""
    folder = _nearest(settings.data_folder.absolute())
    free = shutil.disk_usage(folder).free
    if free < FREE_BYTES:
        yield Finding(
            "disk_full",
            "fault",
            f"Only {free / 2**20:,.0f} MiB are free where {settings.data_folder} lies.",
            "Make room, or move data_folder; a version of a large catalog takes gigabytes.",
        )
    if not _writable(folder):
        yield Finding(
            "not_writable",
            "fault",
            f"Nothing can be written to {folder}.",
            "Give this user the right to write there, or set another data_folder.",
        )


def _nearest(folder: Path) -> Path:
    return next(parent for parent in (folder, *folder.parents) if parent.is_dir())


def _writable(folder: Path) -> bool:
    probe = folder / ".omakase-may-write"
    try:
        probe.touch()
        probe.unlink()
    except OSError:
        return False
    return True


CHECKS: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
    weak_secret,
    tracebacks_shown,
    nobody_answered,
    anybody_is_anybody,
    pages_unheard,
    disk,
)


def examine_settings(settings: Settings) -> list[Finding]:
    """Everything that is wrong, worst first."""
    findings = [finding for check in CHECKS for finding in check(settings)]
    return sorted(findings, key=lambda finding: finding.grade)
