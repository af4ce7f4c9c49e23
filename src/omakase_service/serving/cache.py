"""Answers that were computed already: in this process, and by setting in Redis for all of them."""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from hashlib import blake2b
from typing import Any, Protocol

import orjson

from omakase_service.platform.nonblocking import require_thread
from omakase_service.platform.redis_client import connect
from omakase_service.serving.contracts import CitedEvidence, ItemReason, RankedList
from omakase_settings import settings

log = logging.getLogger("omakase.cache")
PREFIX = "omakase:answer:"
CLAIM = """
if redis.call('EXISTS', KEYS[1]) == 1 then return nil end
return redis.call('SET', KEYS[2], 1, 'NX', 'PX', ARGV[1])
"""
"""In one step: between a look and a claim the answer may come, and its claim go."""


@dataclass(frozen=True)
class CacheKey:
    """All that an answer depends on.

    Attributes:
        slot: what is asked; of its answers the newest alone is kept.
        state: in which it is asked.
    """

    slot: bytes
    state: tuple[Any, ...] = field(default=(), hash=False)

    @cached_property
    def name(self) -> str:
        """The same as a short text, for other processes."""
        return f"{self.slot.hex()}.{_digest(self.state)}"


class SharedAnswers(Protocol):
    """Answers that other processes computed."""

    def get(self, key: str) -> RankedList | None:
        """The answer, none where nobody has it."""
        ...

    def put(self, key: str, found: RankedList, seconds: float) -> None:
        """Let the others have it."""
        ...

    def claim(self, key: str, seconds: float) -> bool:
        """Whether it is this caller who computes it: nobody has it, or is about to have it."""
        ...

    def release(self, key: str) -> None:
        """Who claimed it could not compute it: let another try."""
        ...


NOTHING: tuple[float, CacheKey | None, None] = (float("-inf"), None, None)
"""In the place of an answer that is not kept."""


@dataclass
class AnswerCache:
    """One computes, the others wait; what is oldest goes first.

    Attributes:
        seconds: how long an answer is good for; 0: none is kept.
        most: answers in this process.
        wait: seconds to wait for who computes the same answer, then one computes it oneself.
        shared: answers of other processes.
    """

    seconds: float
    most: int
    wait: float
    shared: SharedAnswers | None = None
    clock: Callable[[], float] = time.monotonic
    _held: OrderedDict[bytes, tuple[float, CacheKey, RankedList]] = field(
        default_factory=OrderedDict
    )
    _making: dict[CacheKey, threading.Event] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __len__(self) -> int:
        return len(self._held)

    def get(
        self, key: CacheKey, make: Callable[[], RankedList], good: Callable[[RankedList], bool]
    ) -> tuple[RankedList, bool]:
        """The answer, and whether somebody else's question had it computed.

        Args:
            good: whether a kept answer may still be shown.
        """
        if self.seconds <= 0:
            return make(), False
        ranked = self._at_hand(key)
        if ranked is not None and good(ranked):
            return ranked, True
        return self._await(key, make, good)

    def _await(
        self, key: CacheKey, make: Callable[[], RankedList], good: Callable[[RankedList], bool]
    ) -> tuple[RankedList, bool]:
        """Of who computes it now, or else by this caller."""
        deadline = self.clock() + self.wait
        while True:
            with self._lock:
                ranked = self._at_hand(key)
                pending = self._making.get(key)
                if pending is None:
                    self._making[key] = threading.Event()
            if ranked is not None and good(ranked):
                self._done(key, unless=pending)
                return ranked, True
            if pending is not None:
                require_thread()
            if pending is None or not pending.wait(max(0.0, deadline - self.clock())):
                return self._compute(key, make, good, unless=pending)

    @property
    def is_shared(self) -> bool:
        """Whether to keep an answer, or to look for one, may wait for other processes."""
        return self.shared is not None

    def put(self, key: CacheKey, found: RankedList) -> None:
        """Keep an answer."""
        if self.seconds <= 0:
            return
        self._hold(key, found)
        if self.shared is not None:
            self.shared.put(key.name, found, self.seconds)

    def clear(self) -> None:
        """Forget what this process keeps."""
        with self._lock:
            self._held.clear()

    def _hold(self, key: CacheKey, found: RankedList) -> None:
        with self._lock:
            self._held[key.slot] = (self.clock() + self.seconds, key, found)
            self._held.move_to_end(key.slot)
            while len(self._held) > self.most:
                self._held.popitem(last=False)

    def _at_hand(self, key: CacheKey) -> RankedList | None:
        until, of, ranked = self._held.get(key.slot, NOTHING)
        return ranked if until > self.clock() and of == key else None

    def _compute(
        self,
        key: CacheKey,
        make: Callable[[], RankedList],
        good: Callable[[RankedList], bool],
        *,
        unless: threading.Event | None,
    ) -> tuple[RankedList, bool]:
        try:
            ranked = self._others(key, good)
            if ranked is not None:
                self._hold(key, ranked)
                return ranked, True
            ranked = self._made(key, make)
            self.put(key, ranked)
            return ranked, False
        finally:
            self._done(key, unless=unless)

    def _made(self, key: CacheKey, make: Callable[[], RankedList]) -> RankedList:
        try:
            return make()
        except BaseException:
            if self.shared is not None:
                self.shared.release(key.name)
            raise

    def _others(self, key: CacheKey, good: Callable[[RankedList], bool]) -> RankedList | None:
        """What another process has, or is about to have."""
        if self.shared is None:
            return None
        deadline = self.clock() + self.wait
        while True:
            raw = self.shared.get(key.name)
            if raw is not None:
                return raw if good(raw) else None
            if self.shared.claim(key.name, self.wait) or self.clock() >= deadline:
                return None
            time.sleep(0.005)

    def _done(self, key: CacheKey, *, unless: threading.Event | None) -> None:
        """Let those go who wait for this thread; one that waited itself has nobody."""
        if unless is None:
            with self._lock:
                pending = self._making.pop(key, None)
            if pending is not None:
                pending.set()


class RedisAnswers:
    """Answers in Redis; while it is away, nobody else has any."""

    def __init__(self, url: str) -> None:
        import redis

        self._errors = (redis.RedisError, OSError)
        self._redis = connect(url)
        self._claim = self._redis.register_script(CLAIM)

    def get(self, key: str) -> RankedList | None:
        raw = self._try(lambda: self._redis.get(PREFIX + key))
        return None if raw is None else read(raw)

    def put(self, key: str, found: RankedList, seconds: float) -> None:
        raw = orjson.dumps(found)
        self._try(lambda: self._redis.set(PREFIX + key, raw, px=int(seconds * 1000)))
        self.release(key)

    def claim(self, key: str, seconds: float) -> bool:
        keys, life = [PREFIX + key, f"{PREFIX}{key}:making"], int(seconds * 1000)
        return bool(self._try(lambda: self._claim(keys=keys, args=[life]), True))

    def release(self, key: str) -> None:
        self._try(lambda: self._redis.delete(f"{PREFIX}{key}:making"))

    def _try(self, work: Callable[[], Any], otherwise: Any = None) -> Any:
        require_thread()
        try:
            return work()
        except self._errors as error:
            log.warning("Redis is away: %s", error)
            return otherwise


def cache() -> AnswerCache:
    """This process's, by settings."""
    config = settings()
    url = config.redis_url.get_secret_value() if config.redis_url else ""
    return _cache(config.cache.seconds, config.cache.entries, config.cache.wait_seconds, url)


def key_of(said: bytes, *state: Any) -> CacheKey:
    """One key of all that an answer depends on.

    Args:
        said: what is asked, of whatever length.
        state: in which it is asked.
    """
    return CacheKey(blake2b(said, digest_size=16).digest(), state)


def _digest(parts: Iterable[Any]) -> str:
    texts = [[str(part)] if isinstance(part, int) else part for part in parts]  # of any length
    raw = orjson.dumps(texts, default=_to_json, option=orjson.OPT_NON_STR_KEYS)
    return blake2b(raw, digest_size=16).hexdigest()


def _to_json(value: Any) -> Any:
    """What a thing says of itself that JSON does not know."""
    return vars(value) if hasattr(value, "__dict__") else repr(value)


def read(raw: bytes) -> RankedList:
    """A found list from its JSON."""
    stored = orjson.loads(raw)
    return RankedList(
        items=tuple((item_id, score) for item_id, score in stored["items"]),
        whys=tuple(why_of(reason) for reason in stored["whys"]),
        algorithm=stored["algorithm"],
        notice=stored["notice"],
        events=stored["events"],
        again=stored["again"],
        meaning=stored["meaning"],
        path=stored.get("path", ""),  # older releases kept none
        probabilities=tuple(stored.get("probabilities", ())),
    )


def why_of(said: Mapping[str, Any]) -> ItemReason:
    """A reason from its JSON."""
    return ItemReason(
        text=said["text"],
        primary=said["primary"],
        confidence=said["confidence"],
        because=tuple(CitedEvidence(**evidence) for evidence in said["because"]),
        algorithms=tuple((name, rank) for name, rank in said["algorithms"]),
    )


@lru_cache(maxsize=4)
def _cache(seconds: float, most: int, wait: float, url: str) -> AnswerCache:
    return AnswerCache(seconds, most, wait, RedisAnswers(url) if url else None)
