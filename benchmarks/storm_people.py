"""People of a storm: what they send, what they were promised, and what they must never be shown.

An event that was cut off or refused is sent again by its id until it is acknowledged. A list must
have as many items as were asked for, none twice, none that its person had an acknowledged event of
when they asked, and none that was deleted by then. A refusal is a 503 with its reason; whatever
else is no success is wrong.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx

PEOPLE, LINES, PAUSE_SECONDS, SHOWN = 120, 3, 0.04, 5
CLICKED_ITEMS = 100
"""Of a world of more: there is always something left to recommend."""

TIMEOUT_SECONDS = 30.0


@dataclass
class Promises:
    """What the server said it did, and what came instead.

    Attributes:
        acknowledged: ids of events, by person.
        seen: items of acknowledged events, by person.
        imported: number of events of files, by person.
        deleted: items whose deletion was acknowledged.
        erased: people whose erasure was acknowledged.
        events, lists: moments of acknowledgements and of lists, in seconds of `time.monotonic`.
        refused, cut: answers of 503, and lines that broke.
        wrong: answers that nobody should get, in words.
    """

    acknowledged: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    seen: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    imported: dict[str, int] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    erased: set[str] = field(default_factory=set)
    events: list[float] = field(default_factory=list)
    lists: list[float] = field(default_factory=list)
    refused: int = 0
    cut: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def number_of_events(self) -> int:
        """That were acknowledged."""
        return sum(map(len, self.acknowledged.values()))


@dataclass
class Crowd:
    """People who click and ask until it ends.

    Attributes:
        address: of the server, http://host:port.
        key: a server key.
    """

    address: str
    key: str
    promises: Promises = field(default_factory=Promises)
    ending: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def going_on(self) -> Iterator[Promises]:
        """Several lines of people, until the block ends."""
        lines = [threading.Thread(target=self._line, args=(line,)) for line in range(LINES)]
        for line in lines:
            line.start()
        try:
            yield self.promises
        finally:
            self.ending.set()
            for line in lines:
                line.join()

    def client(self) -> httpx.Client:
        """Asks with the key."""
        headers = {"Authorization": f"Bearer {self.key}"}
        return httpx.Client(base_url=self.address, headers=headers, timeout=TIMEOUT_SECONDS)

    def write_event(self, client: httpx.Client, person: str, name: str, item: str) -> bool:
        """Send an event until it is acknowledged; False where the storm ended before."""
        event = {"event_id": name, "user_id": person, "item_id": item, "type": "view"}
        while True:
            answer = self.request(client, "POST", "/api/events", event)
            if answer is not None and answer.status_code == 200:
                self.promises.acknowledged[person].append(name)
                self.promises.seen[person].add(item)
                self.promises.events.append(time.monotonic())
                return True
            if self.ending.is_set():
                return False
            time.sleep(PAUSE_SECONDS)

    def request(
        self, client: httpx.Client, method: str, path: str, body: object = None
    ) -> httpx.Response | None:
        """An answer; none where the line broke, as when a worker dies."""
        try:
            answer = client.request(method, path, json=body)
        except httpx.TransportError:
            self.promises.cut += 1
            return None
        if answer.status_code == 503:
            self.promises.refused += 1
        elif answer.status_code not in (200, 201, 202, 204):
            self._complain(f"{method} {path}", answer)
        return answer

    def _line(self, number: int) -> None:
        many = 0
        with self.client() as client:
            while not self.ending.is_set():
                many += 1
                person = f"p{(many * LINES + number) % PEOPLE}"
                item = str(many * 7 % CLICKED_ITEMS + 1)
                self.write_event(client, person, f"{person}-{number}-{many}", item)
                self._ask(client, person)
                time.sleep(PAUSE_SECONDS)

    def _ask(self, client: httpx.Client, person: str) -> None:
        never = self.promises.seen[person] | self.promises.deleted
        answer = self.request(
            client, "POST", "/api/recommendations", {"user_id": person, "n": SHOWN}
        )
        if answer is None or answer.status_code != 200:
            return
        shown = [item["item_id"] for item in answer.json()["items"]]
        if fault := fault_of(shown, never):
            self._complain(f"list of {person}: {fault}", answer)
        self.promises.lists.append(time.monotonic())

    def _complain(self, what: str, answer: httpx.Response) -> None:
        words = f"{what}: {answer.status_code} {answer.text[:300]}"
        self.promises.wrong.append(words)
        print(f"wrong: {words}", flush=True)


def fault_of(shown: Sequence[str], never: set[str]) -> str:
    """What is wrong with a list; "" where nothing is."""
    if len(shown) != SHOWN or len(set(shown)) != SHOWN:
        return f"{len(shown)} items, {len(set(shown))} of them different"
    if bad := never & set(shown):
        return f"seen or deleted: {', '.join(sorted(bad))}"
    return ""
