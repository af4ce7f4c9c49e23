"""`omakase gorse mirror` and `omakase gorse share`"""

from dataclasses import asdict
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from omakase.errors import ConfigError
from omakase_cli.boot import open_service
from omakase_cli.console import remark, show_json, show_table, steps

if TYPE_CHECKING:
    from omakase_service.gorse.contracts import MirrorReport


def mirror(
    url: Annotated[
        str, typer.Option(help="of a Gorse to ask now; none: report what was mirrored")
    ] = "",
    key: Annotated[str, typer.Option(help="its server.api_key", envvar="OMAKASE_GORSE__KEY")] = "",
    users: Annotated[int, typer.Option(min=1, help="people to ask both about")] = 100,
    n: Annotated[int, typer.Option(min=1, max=100, help="length of the lists")] = 10,
    days: Annotated[int, typer.Option(min=1, help="of the report")] = 7,
    json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """Compare our lists with those of your Gorse: overlap, latency, an estimate of the lift.

    With --url both are asked now, about the people who did something last. What the running server
    mirrors (OMAKASE_GORSE__URL) is in the report too.

    Example: `omakase gorse mirror --url http://127.0.0.1:8087 --users 200`
    """
    open_service()
    from django.utils import timezone

    from omakase_service.gorse import selectors
    from omakase_service.gorse.mirror import own_percent, report

    if url:
        _ask_both(url, key, users, n)
    config = selectors.config()
    comparison = report(config, since=timezone.now() - timedelta(days=days))
    if json:
        show_json(asdict(comparison) | {"lift": comparison.lift, "own_percent": own_percent()})
    else:
        _show(comparison, own_percent())


def share(
    percent: Annotated[float, typer.Argument(help="of the people who get our lists, 0 to 100")],
) -> None:
    """Let so many percent of the people get our lists; the others get those of your Gorse.

    Holds at once, for the server that runs with OMAKASE_GORSE__URL. Who gets ours keeps them as
    the share grows.

    Example: `omakase gorse share 10`
    """
    open_service()
    from omakase_service.gorse.mirror import share_out

    share_out(percent=percent)
    remark(f"{percent:g} % of the people get our lists now.")


def _ask_both(url: str, key: str, users: int, n: int) -> None:
    """Ask both about the people who did something last.

    Raises:
        ConfigError: nobody did anything yet.
    """
    from omakase_service.gorse import lists, selectors
    from omakase_service.gorse.contracts import ListWish
    from omakase_service.gorse.mirror import OwnersGorse, mirror_list

    people = selectors.latest_people(limit=users)
    if not people:
        raise ConfigError("nobody did anything yet: `omakase import gorse PATH` brings them in")
    gorse, config = OwnersGorse(url, key, timeout=10.0), selectors.config()
    with steps() as hear:
        for done, user_id in enumerate(people, start=1):
            wish = ListWish(n, user_id=user_id)
            mirror_list(gorse, wish, partial(lists.recommendations, wish, config), percent=0)
            hear(done, len(people), "asking both")


def _show(made: "MirrorReport", percent: float) -> None:
    if not made.lists:
        remark("Nothing was mirrored yet: give --url, or serve with OMAKASE_GORSE__URL.")
        return
    rows = [
        ("lists", made.lists, made.lists - made.failed),
        ("median, ms", *_pair(made.own_ms, made.their_ms, 0)),
        ("95 % within, ms", *_pair(made.own_ms, made.their_ms, 1)),
        ("positive feedback on its items within a day", made.own_hits, made.their_hits),
        ("… a list that was shown", _figure(made.own_rate), _figure(made.their_rate)),
    ]
    show_table("Lists for the same people", ("", "Omakase", "Gorse"), rows)
    if made.overlap is not None:
        remark(f"{made.overlap:.0%} of the items are in both lists.")
    if made.lift is None:
        remark("No lift can be estimated yet: nobody has chosen anything of Gorse's lists.")
    else:
        remark(f"Estimated lift of our lists: {made.lift:+.0%}. {_caution(made)}")
    remark(f"{percent:g} % of the people get our lists; `omakase gorse share 10` changes that.")
    if made.failed:
        remark(f"Gorse gave no list {made.failed:,} times; ours was shown then.")


def _caution(made: "MirrorReport") -> str:
    if made.own_rate is None or made.their_rate is None:
        return "Only one side's lists were shown, and people choose of what they see."
    return f"By {made.own_shown:,} of our lists; a small number says little."


def _pair(
    own: tuple[float, float] | None, theirs: tuple[float, float] | None, place: int
) -> tuple[str, str]:
    return tuple("" if figures is None else f"{figures[place]:.1f}" for figures in (own, theirs))  # type: ignore[return-value]


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"
