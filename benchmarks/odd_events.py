"""One odd event must not cost everybody their lists: a newcomer's path, and every odd event.

A service is filled with ML-100K (a made-up cinema where that is not there), trained, and asked.
"clicks" is the newcomer's own path: three clicks of today on data of the nineties, and training
again. "odd, refused" sends one event of every kind at every odd time, and with every odd value of
its kind, to the door that HTTP, WebSockets and visitors' tokens share, as a person of its own each.
"odd, stored" puts the same straight into the log, as a release that refused nothing may have left
them there. After each the models are trained anew. "popular" is how many of the first ten popular
items are those of the beginning, "list" the same of one person's list; "ndcg@10" is that of the
model that answers, on its own newest tenth.
"""

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.form import Asked, Result, Row, run

ODD_TIMES = (0, 1, -1, 1_000_000_000_000, 4_102_444_800, 7_258_118_399)
"""1970, before it, milliseconds, the years 2100 and 2199."""
ODD_VALUES = (-1e38, -1e6, -1.0, 0.0, 5.0001, 1e6, 1e38)
MODELS = ("popular", "ease", "item_knn")
NOTHING: dict[str, Any] = {}


@dataclass(frozen=True)
class Standing:
    """What a service answers at one moment."""

    ndcg: float
    interval: tuple[float, float]
    popular: tuple[str, ...]
    personal: tuple[str, ...]
    remarks: tuple[str, ...]


def odd_events(asked: Asked) -> Result:
    """A line for each stage of the path."""
    with TemporaryDirectory() as folder:
        os.environ["OMAKASE_DATA_FOLDER"] = folder
        open_new_service()
        user = filled(asked, Path(folder))
        first = trained(user)
        rows = [row("before", NOTHING, first, first)]
        for name, step in (("clicks", clicked), ("odd, refused", sent), ("odd, stored", stored)):
            told = step(first.popular)
            rows.append(row(name, told, trained(user), first))
    return Result(rows, [verdict(rows)])


def open_new_service() -> None:
    """Django with tables in the data folder of the environment."""
    from omakase_cli.boot import open_service

    open_service()


def filled(asked: Asked, folder: Path) -> str:
    """A service full of events; somebody to ask for."""
    from omakase.synthetic import make, write
    from omakase_service.catalog.selectors import users_after
    from omakase_service.events.services import import_path

    try:
        source = asked.folder("ml-100k")
    except SystemExit:
        source = folder / "cinema"
        sizes = {"users": 200, "items": 150, "events": 6000, "seed": 1}
        write(make("cinema", **sizes), source)
    import_path(source)
    return users_after(after="", limit=1)[0].user_id


def trained(user: str) -> Standing:
    """Train, and ask."""
    from omakase_service.serving import live_version
    from omakase_service.serving.services import everybodys, recommend
    from omakase_service.training.services import train

    version = train(models=MODELS)
    live_version.forget()
    figures = {line["model"]: line for line in version.table["models"]}[version.best]
    return Standing(
        ndcg=figures["figures"]["ndcg@10"],
        interval=tuple(figures["intervals"]["ndcg@10"]),
        popular=tuple(r.card.item_id for r in everybodys(model="popular", n=10).items),
        personal=tuple(r.card.item_id for r in recommend(user_id=user, n=10, refresh=True).items),
        remarks=version.remarks,
    )


def clicked(popular: Sequence[str]) -> Mapping[str, int]:
    """Three clicks of somebody new, today, on what hardly anybody knows."""
    from omakase_service.catalog.plain_rows import item_rows
    from omakase_service.events.services import record

    rare = [row["item_id"] for row in item_rows() if row["item_id"] not in popular][-3:]
    done = record(
        events=[{"user_id": "newcomer", "item_id": item, "type": "click"} for item in rare]
    )
    return {"sent": 3, "taken": done.stored}


def sent(popular: Sequence[str]) -> Mapping[str, int]:
    """Every odd event through the door; each alone, as a device sends it."""
    from omakase_service.events.services import record

    events = list(odd(popular))
    taken = sum(record(events=[event]).stored for event in events)
    return {"sent": len(events), "taken": taken}


def stored(popular: Sequence[str]) -> Mapping[str, int]:
    """The same put straight into the log."""
    from omakase_service.events.models import Event

    events = list(odd(popular))
    Event.objects.bulk_create(
        Event(
            event_id=f"odd-{n}",
            user_id=f"{event['user_id']}-{n}",
            item_id=event["item_id"],
            kind=event["type"],
            value=event["value"],
            time=event["time"],
        )
        for n, event in enumerate(events)
    )
    return {"sent": len(events), "taken": len(events)}


def odd(popular: Sequence[str]) -> Iterator[dict[str, Any]]:
    """One event of every declared kind at every odd time and with every odd value."""
    from omakase_service.events.selectors import kinds

    now = int(time.time())
    times = (*ODD_TIMES, now + 2 * 86_400, now + 365 * 86_400)
    for kind in sorted(kinds()):
        for at, moment in enumerate(times):
            yield _event(f"odd-{kind}-time-{at}", popular[at % 10], kind, None, moment)
        for at, number in enumerate(ODD_VALUES):
            yield _event(f"odd-{kind}-value-{at}", popular[at % 10], kind, number, now)


def _event(user: str, item: str, kind: str, number: float | None, moment: int) -> dict[str, Any]:
    return {"user_id": user, "item_id": item, "type": kind, "value": number, "time": moment}


def row(name: str, told: Mapping[str, int], found: Standing, first: Standing) -> Row:
    """A line of the table."""
    return {
        "after": name,
        "sent": told.get("sent", 0),
        "taken": told.get("taken", 0),
        "ndcg@10": found.ndcg,
        "95 %": list(found.interval),
        "popular": len(set(found.popular) & set(first.popular)),
        "list": len(set(found.personal) & set(first.personal)),
        "said": " ".join(found.remarks),
    }


def verdict(rows: Sequence[Row]) -> str:
    """Whether every stage is as the beginning was, within its interval."""
    low, high = rows[0]["95 %"]
    fine = all(low <= row["ndcg@10"] <= high and row["popular"] >= 8 for row in rows)
    return (
        "The bar: NDCG within the interval of the beginning, eight of ten popular items the same: "
        + ("met." if fine else "not met.")
    )


if __name__ == "__main__":
    run("odd_events", odd_events, __doc__)
