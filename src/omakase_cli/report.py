"""`omakase report`"""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

import typer

from omakase_cli.boot import open_service
from omakase_cli.console import out, remark


def report(
    days: Annotated[int, typer.Option(min=1, help="how many of the last days")] = 30,
    period: Annotated[Literal["day", "week", "month"], typer.Option()] = "day",
    group: Annotated[
        Literal["none", "algorithm", "version", "placement", "variant", "channel"], typer.Option()
    ] = "algorithm",
    form: Annotated[Literal["markdown", "html", "csv"], typer.Option("--format")] = "markdown",
    to: Annotated[Path | None, typer.Option(help="a file; by itself the terminal")] = None,
) -> None:
    """Report what lists earned and what they are worth: clicks, revenue, novelty, speed.

    Figures are brought up to date first.

    Example: `omakase report --days 7 --format html --to week.html`
    """
    open_service()
    from django.utils import timezone

    from omakase_service.analytics import report as reports
    from omakase_service.analytics.contracts import day_of
    from omakase_service.analytics.selectors import figures
    from omakase_service.jobs.services.worker import run_now
    from omakase_settings import settings

    run_now(kind="count_inputs")
    run_now(kind="roll_up")
    last = day_of(int(timezone.now().timestamp()), settings().analytics.time_zone)
    first = last - timedelta(days=days - 1)
    rows = figures(start=first, end=last, period=period, group=group)
    title = f"Omakase, {first} to {last}"
    makers = {"markdown": reports.to_markdown, "html": reports.to_html}
    text = reports.to_csv(rows) if form == "csv" else makers[form](rows, title)
    if to is None:
        out().print(text.rstrip())
        return
    to.write_text(text, encoding="utf-8")
    remark(f"{to} is written: {len(rows)} rows.")
