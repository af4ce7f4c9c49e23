"""Digests through a real SMTP server: senders killed outright, nobody gets two

A thousand people have an address, half of them read Korean. A tenth have switched mails off, and
more do so over HTTP while letters leave. The job that sends is killed (SIGKILL) twice: once by the
SMTP server itself, when it has taken a letter and not yet said so, which is the moment where a
sender that begins again would send it twice; and once at a moment drawn at random. `omakase worker`
then goes on. A letter that was under way when its sender died may have left, and is not sent again,
so that at most one person a kill gets none. "after the switch" counts letters that came more than
half a second after the server had acknowledged that somebody switched them off.

Then a tenth of those who got a letter unsubscribe by the one POST of RFC 8058, to the address in
its header, without a cookie; every digest is made due again, and a second round goes out, which
they must not get. "clicks" follow one link of a letter each; "attributed" are outcomes of that very
answer, of that very person. The SMTP server is aiosmtpd, in the benchmark's own process; the rate
is that of letters without a kill, one after the other, each on the disk before it leaves.
"""

import random
import re
import signal
import sqlite3
import subprocess
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
from aiosmtpd.controller import Controller

from benchmarks.environment import environment_of
from benchmarks.form import Asked, Result, Row, run
from benchmarks.served import COMMAND, Server, free_port, served

PEOPLE, ITEMS, EVENTS = 1_000, 120, 10
PATIENCE_SECONDS, LOOK_SECONDS, ON_ITS_WAY = 180.0, 0.02, 0.5
ITEM_URL = "https://shop.example/i/{item_id}?from={request_id}"
LINK = re.compile(r"http://\S+/digests/click/\S+")
AGAIN = "UPDATE omakase_digests_recipient SET next_at = ? WHERE next_at IS NOT NULL"
CLICKED = """
SELECT count(*) FROM omakase_answers_outcome o JOIN omakase_answers_answer a ON a.id = o.answer_id
WHERE o.kind = 'click' AND a.request_id = ? AND a.user_id = ? AND o.item_id = ?
"""


@dataclass
class Mailbox:
    """What a real SMTP server was given.

    Attributes:
        letters: in the order in which they came, with the moment.
        on_letter: called with the number of the letter, after it was taken and before that is said.
    """

    letters: list[tuple[float, EmailMessage]] = field(default_factory=list)
    on_letter: Callable[[int], None] = lambda number: None

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Take a letter, as aiosmtpd wants it named."""
        letter = message_from_bytes(envelope.content, policy=policy.default)
        self.letters.append((time.monotonic(), letter))
        self.on_letter(len(self.letters))
        return "250 taken"

    def received(self, start: int = 0) -> Counter[str]:
        """Letters by person, from one on."""
        return Counter(person_of(letter) for _, letter in self.letters[start:])


def person_of(letter: EmailMessage) -> str:
    """To whom it went."""
    return str(letter["To"]).partition("@")[0]


def benchmark(asked: Asked) -> Result:
    """One line a seed."""
    people = 60 if asked.quick else PEOPLE
    seeds = asked.seeds[:1] if asked.quick else asked.seeds
    rows = [measured(people, seed) for seed in seeds]
    return Result(rows, [words(rows)])


def words(rows: Sequence[Row]) -> str:
    """What the figures say."""
    total: Counter[str] = Counter()
    for row in rows:
        total.update({name: value for name, value in row.items() if isinstance(value, int)})
    return (
        f"Of {total['wanted']:,} people who wanted one, {total['got one']:,} got one, "
        f"{total['got two']} got two and {total['got none']} none after {total['kills']} kills; "
        f"{total['off that got one']} who had switched it off got one; {total['letters after']} "
        f"letters to {total['unsubscribed']:,} who unsubscribed; {total['attributed']:,} of "
        f"{total['clicks']:,} clicks attributed"
    )


def measured(people: int, seed: int) -> Row:
    """A house with so many people, its first round with kills and its second without."""
    dice, port = random.Random(seed), free_port()
    with tempfile.TemporaryDirectory(prefix="omakase-digests-") as folder, mailbox(port) as box:
        file = Path(folder) / "events.csv"
        file.write_text("\n".join(lines(people, dice)) + "\n", encoding="utf-8")
        with served(file, "ease", settings(port), "read,write,admin") as server:
            off = dice.sample(range(people), people // 10)
            enter(server, people, off)
            first = first_round(server, port, box, off, people, dice)
            second = second_round(server, port, box, people, dice)
    return {"people": people, "seed": seed, **first, **second}


def first_round(
    server: Server, port: int, box: Mailbox, off: Sequence[int], people: int, dice: random.Random
) -> Row:
    """Letters while their sender is killed twice, and while people switch them off."""
    on = [n for n in range(people) if n not in set(off)]
    meanwhile = dice.sample(on, people // 20)
    make_due(server)
    with switching(server, meanwhile) as switched:
        kills = killed_rounds(server, port, box, len(on), dice)
        finish(server, port)
    got = box.received()
    late = sum(
        moment > switched[person_of(letter)] + ON_ITS_WAY
        for moment, letter in box.letters
        if person_of(letter) in switched
    )
    wanted = [name(n) for n in on if n not in set(meanwhile)]
    return {
        "kills": kills,
        "wanted": len(wanted),
        "got one": sum(got[each] == 1 for each in wanted),
        "got two": sum(number > 1 for number in got.values()),
        "got none": sum(got[each] == 0 for each in wanted),
        "switched off": len(off) + len(meanwhile),
        "off that got one": sum(got[name(n)] for n in off),
        "after the switch": late,
    }


def killed_rounds(
    server: Server, port: int, box: Mailbox, letters: int, dice: random.Random
) -> int:
    """Begin the sender and kill it: as a letter is taken, and at a moment of chance; how often."""
    enqueue(server, port)
    with sender(server, port) as process:
        mark = dice.randint(letters // 10, letters // 3)
        box.on_letter = lambda number: process.kill() if number == mark else None
        done = int(process.wait(PATIENCE_SECONDS) == -signal.SIGKILL)
        box.on_letter = lambda number: None
    with sender(server, port) as process:
        mark = dice.randint(len(box.letters) + 1, 2 * letters // 3)
        wait_for(lambda: len(box.letters) >= mark or process.poll() is not None)
        time.sleep(dice.random() * LOOK_SECONDS)
        process.kill()
        done += process.wait(PATIENCE_SECONDS) == -signal.SIGKILL
    return done


def second_round(server: Server, port: int, box: Mailbox, people: int, dice: random.Random) -> Row:
    """People unsubscribe and click; then everything is due again."""
    letters = [letter for _, letter in box.letters]
    leaving = dice.sample(letters, people // 10)
    codes = Counter(unsubscribe(letter) for letter in leaving)
    clicks = dice.sample(letters, people // 5)
    followed = [follow(letter, dice) for letter in clicks]
    attributed = settled_clicks(server, followed)
    before = len(box.letters)
    make_due(server)
    enqueue(server, port)
    began = time.monotonic()
    finish(server, port)
    times = [moment for moment, _ in box.letters[before:]]
    got = box.received(before)
    return {
        "unsubscribed": codes[200],
        "letters after": sum(got[person_of(letter)] for letter in leaving),
        "second round": sum(got.values()),
        "twice in it": sum(number > 1 for number in got.values()),
        "clicks": len(followed),
        "attributed": attributed,
        "letters a second": (len(times) - 1) / (times[-1] - times[0]),
        "seconds of the round": times[-1] - began,
    }


def unsubscribe(letter: EmailMessage) -> int:
    """The one POST of RFC 8058, as a mail program does it; the status that answers."""
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = str(letter["List-Unsubscribe"]).strip().strip("<>")
    return httpx.post(url, data={"List-Unsubscribe": "One-Click"}, timeout=30).status_code


def follow(letter: EmailMessage, dice: random.Random) -> tuple[str, str, str]:
    """Follow one link of a letter; request, person and item."""
    body = letter.get_body(("plain",))
    assert body is not None
    link = dice.choice(LINK.findall(body.get_content()))
    response = httpx.get(link, timeout=30)
    found = re.fullmatch(r"https://shop\.example/i/(\w+)\?from=(\w+)", response.headers["Location"])
    assert found is not None, response.headers["Location"]
    return found[2], person_of(letter), found[1]


def settled_clicks(server: Server, followed: Sequence[tuple[str, str, str]]) -> int:
    """Clicks that are an outcome of their answer, once no more become one."""
    with closing(sqlite3.connect(database(server), timeout=PATIENCE_SECONDS)) as line:

        def attributed() -> int:
            return sum(line.execute(CLICKED, each).fetchone()[0] for each in followed)

        end = time.monotonic() + 30
        while attributed() < len(followed) and time.monotonic() < end:
            time.sleep(0.5)
        return attributed()


def lines(people: int, dice: random.Random) -> Iterator[str]:
    """Events of people who each like one of four sorts of items, as a file."""
    yield "user_id,item_id,type,timestamp"
    for n in range(people):
        liked = range(n % 4, ITEMS, 4)
        for item in dice.sample(liked, EVENTS):
            yield f"{name(n)},item{item},purchase,{1_700_000_000 + dice.randint(0, 10**6)}"


def name(number: int) -> str:
    """The id of a person."""
    return f"p{number}"


def enter(server: Server, people: int, off: Sequence[int]) -> None:
    """Give everybody an address, and switch some of them off."""
    recipients = [
        {
            "user_id": name(n),
            "address": f"{name(n)}@people.example",
            "language": ("en", "ko")[n % 2],
        }
        for n in range(people)
    ]
    with server.client() as client:
        client.post("/api/digests/recipients", json={"recipients": recipients}).raise_for_status()
        rows = [{"user_id": name(n), "emails_on": False} for n in off]
        client.post("/api/users/bulk", json={"users": rows}).raise_for_status()


@contextmanager
def switching(server: Server, people: Sequence[int]) -> Iterator[Mapping[str, float]]:
    """Let people switch digests off beside, one after the other; when each was acknowledged."""
    moments: dict[str, float] = {}
    ending = threading.Event()

    def work() -> None:
        with server.client() as client:
            for n in people:
                path = f"/api/users/{name(n)}/settings"
                client.patch(path, json={"emails_on": False}).raise_for_status()
                moments[name(n)] = time.monotonic()
                if ending.wait(0.1):
                    return

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield moments
    finally:
        ending.set()
        thread.join()


@contextmanager
def mailbox(port: int) -> Iterator[Mailbox]:
    """An SMTP server of its own, until the block ends."""
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


@contextmanager
def sender(server: Server, port: int) -> Iterator["subprocess.Popen[bytes]"]:
    """A worker, ended with the block."""
    env = environment(server, port)
    with subprocess.Popen([*COMMAND, "worker"], env=env, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()


def finish(server: Server, port: int) -> None:
    """Do every job that waits, and those of killed workers."""
    words = [*COMMAND, "worker", "--once"]
    subprocess.run(words, env=environment(server, port), check=True, capture_output=True)


def enqueue(server: Server, port: int) -> None:
    """Let the digests be sent by whichever worker comes."""
    words = [*COMMAND, "job", "start", "send_digests"]
    subprocess.run(words, env=environment(server, port), check=True, capture_output=True)


def make_due(server: Server) -> None:
    """Let everybody's hour have come."""
    moment = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime())
    with closing(sqlite3.connect(database(server), timeout=PATIENCE_SECONDS)) as line:
        line.execute(AGAIN, [moment])
        line.commit()


def wait_for(is_done: Callable[[], bool]) -> None:
    """Look until something is so.

    Raises:
        SystemExit: it takes too long.
    """
    end = time.monotonic() + PATIENCE_SECONDS
    while not is_done():
        if time.monotonic() > end:
            raise SystemExit("patience is over")
        time.sleep(LOOK_SECONDS)


def settings(port: int) -> dict[str, str]:
    """Of the house, whose worker is none of the server's own."""
    return {
        "OMAKASE_TRAINING__BESIDE_SERVER": "false",
        "OMAKASE_MAIL__HOST": "127.0.0.1",
        "OMAKASE_MAIL__PORT": str(port),
        "OMAKASE_DIGESTS__SENDER": "Shop <news@shop.example>",
        "OMAKASE_DIGESTS__ITEM_URL": ITEM_URL,
    }


def environment(server: Server, port: int) -> dict[str, str]:
    """Of a command on the house."""
    own = {"OMAKASE_DIGESTS__SITE_URL": f"http://{server.address}"}
    return environment_of(server.folder, **settings(port), **own)


def database(server: Server) -> Path:
    """The file of all tables."""
    return server.folder / "omakase.sqlite3"


if __name__ == "__main__":
    run("digests", benchmark, __doc__)
