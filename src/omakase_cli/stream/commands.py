"""`omakase stream`: in, out, status and dead."""

import signal
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from omakase_cli.boot import open_service
from omakase_cli.console import remark, show_json, show_table

if TYPE_CHECKING:
    from omakase_service.streams.contracts import StreamReport, Topic

AsJson = Annotated[bool, typer.Option("--json", help="for programs")]
Once = Annotated[bool, typer.Option("--once", help="end where nothing more waits")]


class From(StrEnum):
    """Brokers that bring events."""

    kafka = "kafka"
    redis = "redis"


class To(StrEnum):
    """Who gets events and answers."""

    kafka = "kafka"
    redis = "redis"
    webhook = "webhook"


class What(StrEnum):
    """What goes out."""

    events = "events"
    answers = "answers"
    both = "both"


class EndSignal:
    """Hears Ctrl-C and SIGTERM: the batch in hand is finished first."""

    def __init__(self) -> None:
        self.is_heard = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._hear)

    def __call__(self) -> bool:
        return self.is_heard

    def _hear(self, *_: object) -> None:
        self.is_heard = True


def stream_in(
    broker: Annotated[From, typer.Argument(help="who brings the events")],
    name: Annotated[str, typer.Option(help="of this reader in a group of Redis")] = "",
    once: Once = False,
) -> None:
    """Store events of Kafka or Redis Streams; goes on until it is stopped.

    A message is one event as `POST /api/events` takes it, or a list of them. What cannot be stored
    goes to the dead letters with its reason.

    Example: `omakase stream in kafka`
    """
    open_service()
    from omakase_service.streams.connections import open_source, require_source
    from omakase_service.streams.inbound import consume

    end = EndSignal()
    require_source(broker.value)  # what is misspelt is said now, not tried for ever
    remark(f"Reading from {broker.value} (stop with Ctrl-C).")
    report = consume(
        lambda: open_source(broker.value, name), is_over=end, until_empty=once, hears=_quiet
    )
    remark(
        f"{report.stored:,} events stored, {report.known:,} were there already, {report.dead:,} "
        "dead letters: `omakase stream dead` shows them."
    )


def stream_out(
    receiver: Annotated[To, typer.Argument(help="who gets them")],
    what: Annotated[What, typer.Option(help="what is sent")] = What.both,
    from_start: Annotated[
        bool, typer.Option("--from-start", help="the first time: everything, not only what is new")
    ] = False,
    once: Once = False,
) -> None:
    """Send stored events and answers to Kafka, Redis Streams or a webhook, each at least once.

    Where it stopped it goes on. A record that comes twice has the same key.

    Example: `omakase stream out webhook --what events`
    """
    open_service()
    from omakase_service.streams.connections import open_sink
    from omakase_service.streams.outbound import publish

    end, sink = EndSignal(), open_sink(receiver.value)
    topics: tuple[Topic, ...] = (
        ("events", "answers") if what is What.both else (what.value,)  # type: ignore[assignment]
    )
    remark(f"Sending to {receiver.value} (stop with Ctrl-C).")
    sent = publish(sink, topics, is_over=end, until_empty=once, from_start=from_start)
    sink.close()
    remark(f"{sent:,} records sent.")


def stream_status(json: AsJson = False) -> None:
    """Show how far each stream has come, and what waits.

    Example: `omakase stream status`
    """
    open_service()
    from omakase_service.streams.selectors import states

    rows = states()
    if json:
        show_json(rows)
        return
    columns = ("name", "position", "lag", "stored", "known", "dead", "note")
    heads = ("stream", "position", "waiting", "stored or sent", "known", "dead", "note")
    show_table("Streams", heads, [tuple(row[name] for name in columns) for row in rows])


def stream_dead(
    limit: Annotated[int, typer.Option(min=1, help="how many of the newest")] = 20,
    json: AsJson = False,
) -> None:
    """Show messages that could not be stored, and why.

    Example: `omakase stream dead --limit 5`
    """
    open_service()
    from omakase_service.streams.selectors import dead_letters

    rows = dead_letters(limit=limit)
    if json:
        show_json(rows)
        return
    cells = [(row["position"], row["reason"], row["payload"][:60]) for row in rows]
    show_table("Dead letters", ("position", "reason", "message"), cells)


def _quiet(report: "StreamReport") -> None:
    """Nothing is said of each batch: `omakase stream status` shows it."""
