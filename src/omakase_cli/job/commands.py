"""`omakase job`: list, show, start, cancel and retry jobs."""

from dataclasses import asdict
from typing import Annotated, Any

import orjson
import typer

from omakase.errors import ConfigError
from omakase_cli.boot import open_service
from omakase_cli.console import out, remark, show_json, show_table

Number = Annotated[int, typer.Argument(metavar="NUMBER")]
AsJson = Annotated[bool, typer.Option("--json", help="for programs")]


def list_jobs(
    kind: Annotated[str | None, typer.Option(help="of this kind alone")] = None,
    limit: Annotated[int, typer.Option(min=1, help="how many of the newest")] = 20,
    json: AsJson = False,
) -> None:
    """List the newest jobs.

    Example: `omakase job list --kind train`
    """
    open_service()
    from omakase_service.jobs.selectors import jobs
    from omakase_service.jobs.services.worker import recover_lost

    recover_lost()
    cards = jobs(kind=kind, limit=limit)
    if json:
        show_json([asdict(card) for card in cards])
        return
    rows = [
        (card.id, card.kind, card.state.value, card.note or card.step, f"{card.created:%F %H:%M}")
        for card in cards
    ]
    show_table("Jobs", ("number", "kind", "state", "step or note", "created (UTC)"), rows)


def show_job(number: Number, json: AsJson = False) -> None:
    """Show a job: parameters, result and log.

    Example: `omakase job show 12`
    """
    open_service()
    from omakase_service.jobs.selectors import job_by_id
    from omakase_service.jobs.services.worker import recover_lost

    recover_lost()
    card = job_by_id(job_id=number)
    if json:
        show_json(asdict(card))
        return
    out().print(f"Job {card.id} ({card.kind}): {card.state.value} {card.note}".rstrip())
    out().print(f"parameters {orjson.dumps(card.parameters).decode()}")
    out().print(f"result {orjson.dumps(card.result).decode()}")
    out().print(card.log.rstrip())


def start_job(
    kind: Annotated[str, typer.Argument(help="see `omakase job kinds`")],
    parameters: Annotated[str, typer.Option(help="a JSON object")] = "{}",
) -> None:
    """Enqueue a job; a server or `omakase worker` does it.

    Example: `omakase job start train --parameters '{"models": {"ease": {}}}'`
    """
    open_service()
    from omakase_service.jobs.services.queue import enqueue

    number = enqueue(kind=kind, parameters=parse_object(parameters))
    remark(f"Job {number} waits; `omakase job show {number}` follows it.")


def list_kinds(json: AsJson = False) -> None:
    """List kinds of jobs, and when each is due by default.

    Example: `omakase job kinds`
    """
    open_service()
    from omakase_service.jobs.handlers import all_handlers

    rows = [(handler.kind, handler.title, handler.cron) for handler in all_handlers()]
    if json:
        show_json([dict(zip(("kind", "title", "cron"), row, strict=True)) for row in rows])
        return
    show_table("Kinds of jobs", ("kind", "what it does", "due by default"), rows)


def cancel_job(number: Number) -> None:
    """Cancel a job: at once where it waits, before its next step where it runs.

    Example: `omakase job cancel 12`
    """
    open_service()
    from omakase_service.jobs.services.queue import cancel

    cancel(job_id=number)
    remark(f"Job {number} is cancelled, or stops before its next step.")


def retry_job(number: Number) -> None:
    """Enqueue once more what did not succeed.

    Example: `omakase job retry 12`
    """
    open_service()
    from omakase_service.jobs.services.queue import retry

    remark(f"Job {retry(job_id=number)} waits.")


def parse_object(text: str) -> dict[str, Any]:
    """A JSON object from the command line.

    Raises:
        ConfigError: it is none.
    """
    try:
        parameters = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise ConfigError(f"--parameters {text!r} is no JSON: {error}") from error
    if not isinstance(parameters, dict):
        raise ConfigError('--parameters is a JSON object, such as \'{"models": {"ease": {}}}\'')
    return parameters
