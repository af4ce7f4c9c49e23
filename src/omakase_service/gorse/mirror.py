"""Both asked: the owner's Gorse and ours, side by side, until the traffic has moved."""

import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from hashlib import blake2b
from http.client import HTTPException
from typing import Any, TypeVar
from urllib.error import URLError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

import orjson
from django.utils import timezone

from omakase_service.gorse.contracts import ListWish, MirrorReport, MoveSettings, ScoredId
from omakase_service.gorse.models import FeedbackEntry, MirroredList, Move
from omakase_service.platform.direct import open_direct
from omakase_service.platform.exceptions import Invalid
from omakase_settings import settings

T = TypeVar("T")
log = logging.getLogger("omakase.gorse")
BUCKETS = 10_000
WINDOW = timedelta(days=1)
"""How long after a list feedback is counted for it."""

LONGEST_FAILURE = 200
_asking = ThreadPoolExecutor(8, thread_name_prefix="gorse-mirror")


@dataclass(frozen=True, slots=True)
class OwnersGorse:
    """The owner's Gorse.

    Attributes:
        url: of its API, without the last slash.
        key: its server.api_key; empty where it is open.
    """

    url: str
    key: str = ""
    timeout: float = 2.0

    def ask(self, method: str, path: str, body: bytes = b"", headers: Any = None) -> bytes:
        """What it answers.

        Raises:
            OSError: it does not answer, or refuses.
        """
        request = Request(  # noqa: S310  the owner's own address
            f"{self.url.rstrip('/')}{path}",
            data=body or None,
            method=method,
            headers={"X-API-Key": self.key, "X-API-Version": "2", **(headers or {})},
        )
        try:
            ask = urlopen if method == "GET" else open_direct
            with ask(request, timeout=self.timeout) as answer:
                return bytes(answer.read())
        except HTTPException as error:
            raise URLError(str(error)) from error

    def recommended(self, wish: ListWish) -> list[str]:
        """Ids of its list.

        Raises:
            OSError, ValueError: it does not answer, or not with a list.
        """
        query = [("n", str(wish.n)), ("offset", str(wish.offset))]
        query += [("category", name) for name in wish.categories]
        path = f"/api/recommend/{quote(wish.user_id, safe='')}?{urlencode(query)}"
        answer = orjson.loads(self.ask("GET", path))
        if not isinstance(answer, list | None):
            raise ValueError("the answer is no list")
        return [entry if isinstance(entry, str) else str(entry["Id"]) for entry in answer or ()]


def owners_gorse() -> OwnersGorse | None:
    """The one that the settings name, if they do."""
    config = settings().gorse
    if not config.url:
        return None
    key = config.key.get_secret_value() if config.key else ""
    return OwnersGorse(config.url, key, config.timeout_seconds)


def own_percent() -> float:
    """How many percent of the people get our lists. One query."""
    row: Mapping[str, Any] = Move.objects.values_list("mirror", flat=True).first() or {}
    return float(row.get("percent", 0.0))


def share_out(*, percent: float) -> None:
    """Let so many percent of the people get our lists, the others Gorse's.

    Who gets ours keeps them as the share grows.

    Raises:
        Invalid: not between 0 and 100.
    """
    if not 0 <= percent <= 100:
        raise Invalid(f"a share lies between 0 and 100 percent, not at {percent:g}")
    row, _ = Move.objects.get_or_create(pk=1)
    row.mirror = row.mirror | {"percent": percent}
    row.save(update_fields=["mirror"])


def is_ours(user_id: str, percent: float) -> bool:
    """Whether a person gets our lists at this share."""
    digest = blake2b(user_id.encode(), digest_size=8, person=b"gorse-share").digest()
    return int.from_bytes(digest) % BUCKETS < percent * BUCKETS / 100


def mirror_list(
    gorse: OwnersGorse, wish: ListWish, make: Callable[[], list[ScoredId]], *, percent: float
) -> list[ScoredId]:
    """The list that a person gets, after both were asked at once; what both said is noted.

    Ours is shown where it is their turn, and where Gorse does not answer.
    """
    gorse_list = _asking.submit(_measure, partial(gorse.recommended, wish))
    latest = time.monotonic() + gorse.timeout
    own_list, own_ms = _measure(make)
    failure, ids, their_ms = "", list[str](), None
    try:
        # The timeout of the connection begins anew with each byte, and not before a thread is free.
        ids, their_ms = gorse_list.result(max(0.0, latest - time.monotonic()))
    except (OSError, HTTPException, ValueError, KeyError, TypeError) as error:
        failure = f"{type(error).__name__}: {error}"[:LONGEST_FAILURE]
        gorse_list.cancel()
        log.warning("Gorse gave no list: %s", failure)
    ours_shown = bool(failure) or is_ours(wish.user_id, percent)
    MirroredList.objects.create(
        time=timezone.now(),
        user_id=wish.user_id,
        own_shown=ours_shown,
        own=[entry.id for entry in own_list],
        theirs=ids,
        own_ms=own_ms,
        their_ms=their_ms,
        failure=failure,
    )
    return own_list if ours_shown else [ScoredId(item_id, 0.0) for item_id in ids]


def forward(gorse: OwnersGorse, method: str, path: str, body: bytes, kind: str) -> bool:
    """Write to the owner's Gorse what was written here; whether it took it."""
    try:
        gorse.ask(method, path, body, {"Content-Type": kind} if kind else None)
    except OSError as error:
        log.warning("Gorse did not take %s %s: %s", method, path, error)
        return False
    return True


def report(config: MoveSettings, *, since: datetime) -> MirrorReport:
    """What both lists were like, and what came of them within a day.

    Feedback counts for a list that held its item, whoever's list was shown: people can only choose
    of what they see, so whose lists are shown is favoured. `own_rate` and `their_rate` compare the
    people who saw ours with those who saw Gorse's.
    """
    rows = list(MirroredList.objects.filter(time__gte=since).order_by("time"))
    both = [row for row in rows if not row.failure]
    later = _positive_after(config, rows)
    chosen = [(row, later.get(row.pk, set())) for row in rows]
    own_hits = sum(len(items & set(row.own)) for row, items in chosen if not row.failure)
    their_hits = sum(len(items & set(row.theirs)) for row, items in chosen if not row.failure)
    hits = [len(items & set(row.own)) for row, items in chosen if row.own_shown]
    gorses = [len(items & set(row.theirs)) for row, items in chosen if not row.own_shown]
    return MirrorReport(
        lists=len(rows),
        failed=len(rows) - len(both),
        overlap=_mean([_overlap(row.own, row.theirs) for row in both]),
        own_ms=_quantiles([row.own_ms for row in rows if row.own_ms is not None]),
        their_ms=_quantiles([row.their_ms for row in both if row.their_ms is not None]),
        own_hits=own_hits,
        their_hits=their_hits,
        own_shown=len(hits),
        own_rate=_mean(hits),
        their_rate=_mean(gorses),
    )


def _positive_after(config: MoveSettings, rows: Sequence[MirroredList]) -> dict[int, set[str]]:
    """Items that each list's person liked within a day of it, by the list's number."""
    if not rows:
        return {}
    people = {row.user_id for row in rows}
    feedback = FeedbackEntry.objects.filter(user_id__in=people, updated__gte=rows[0].time)
    liked: dict[str, list[tuple[str, datetime]]] = {}
    for user_id, item_id, kind, value, moment in feedback.values_list(
        "user_id", "item_id", "kind", "value", "updated"
    ):
        if moment is not None and config.is_positive(kind, value):
            liked.setdefault(user_id, []).append((item_id, moment))
    return {
        row.pk: {
            item_id
            for item_id, moment in liked.get(row.user_id, ())
            if row.time <= moment <= row.time + WINDOW
        }
        for row in rows
    }


def _measure(make: Callable[[], T]) -> tuple[T, float]:
    """What is made, and in how many milliseconds."""
    started = time.perf_counter()
    return make(), (time.perf_counter() - started) * 1000


def _overlap(own: Sequence[str], theirs: Sequence[str]) -> float:
    """Share of the longer list that is in both, 0..1."""
    longer = max(len(own), len(theirs))
    return len(set(own) & set(theirs)) / longer if longer else 1.0


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _quantiles(values: Iterable[float]) -> tuple[float, float] | None:
    """Median and 95th percentile; none of nothing."""
    ordered = sorted(values)
    if not ordered:
        return None
    last = len(ordered) - 1
    return ordered[round(last * 0.5)], ordered[round(last * 0.95)]
