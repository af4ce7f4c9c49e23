"""`omakase policy estimate`"""

import time
from dataclasses import asdict
from typing import Annotated

import typer

from omakase_cli.boot import open_service
from omakase_cli.console import remark, show_json, show_table
from omakase_cli.language import Language

DAY_SECONDS = 86_400
LEARNT = (
    "{share:.0%} of the lists are from before this version began to learn: it may know what came "
    "of them, and is judged too well there."
)


def estimate(
    at: Annotated[str, typer.Option(help="placement whose logged lists are looked at")] = "",
    version: Annotated[str, typer.Option(help="a saved version; default: the live one")] = "",
    placement: Annotated[
        str, typer.Option(help="JSON of what would hold there; default: what holds now")
    ] = "",
    days: Annotated[float, typer.Option(min=0, help="how far to look back")] = 14.0,
    answers: Annotated[int, typer.Option(min=1, help="newest lists to look at")] = 1000,
    draws: Annotated[int, typer.Option(min=2, help="lists drawn, where the policy draws")] = 50,
    language: Annotated[Language, typer.Option(help="of the diagnosis")] = Language.en,
    json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """Estimate from the log what a version or a placement would bring, before anybody sees it.

    Example: `omakase policy estimate --at home --placement '{"model": "ease"}'`
    """
    open_service()
    from pydantic import ValidationError

    from omakase_service.serving.policies import estimate_policy
    from omakase_service.serving.policy_contracts import PolicyQuestion
    from omakase_settings import Placement

    try:
        policy = Placement.model_validate_json(placement) if placement else None
    except ValidationError as error:
        raise typer.BadParameter(f"--placement: {error.errors()[0]['msg']}") from error
    since = int(time.time() - days * DAY_SECONDS)
    question = PolicyQuestion(at, version, policy, since, answers, draws)
    verdict = estimate_policy(question, language=language.value)
    if json:
        show_json(asdict(verdict))
        return
    rows: list[tuple[object, ...]] = [
        ("what was shown", verdict.logged_mean, "", "", verdict.places)
    ]
    rows += [
        (e.estimator, e.mean, e.low, e.high, round(e.effective_size)) for e in verdict.estimates
    ]
    show_table("", ("clicks a place", "mean", "low", "high", "places' worth"), rows)
    for sentence in dict.fromkeys(sentence for e in verdict.estimates for sentence in e.diagnosis):
        typer.echo(sentence)
    if verdict.learnt_share:
        remark(LEARNT.format(share=verdict.learnt_share))
