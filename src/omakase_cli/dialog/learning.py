"""`omakase dialog learn`, `samples`, `quality` and `restore`."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from omakase_cli.boot import open_service
from omakase_cli.console import remark, show_json, show_table

AsJson = Annotated[bool, typer.Option("--json", help="for programs")]


def learn(
    initial: Annotated[
        bool,
        typer.Option(
            "--initial/--incremental",
            help="from Omakase's own examples and all talks, or from the model that answers now",
        ),
    ] = False,
    promote: Annotated[
        bool, typer.Option("--promote/--no-promote", help="let it answer, if the gate allows it")
    ] = True,
    json: AsJson = False,
) -> None:
    """Learn the words of people from talks that they rated; the gate decides whether it counts.

    A fifth of all people is kept aside. Their talks are said again to both models; the new one
    answers only where it is surely better.

    Example: `omakase dialog learn --no-promote`
    """
    open_service()
    from omakase_service.chat.services.learning import learn_from_talks

    report = learn_from_talks(way="initial" if initial else "incremental", promote=promote)
    if json:
        show_json(asdict(report))
        return
    rows = [(word, f"{name} ({kind})") for word, kind, name in report.vocabulary]
    show_table("Words that were learnt", ("word", "means"), rows)
    remark(f"{report.talks} talks were learnt from, {report.judged} of other people judge")
    remark(f"NDCG of what content people chose: {report.before:.4f} before, {report.after:.4f} now")
    remark(f"{'promoted' if report.promoted else 'not promoted'}: {report.reason}")


def samples(
    file: Annotated[Path, typer.Argument(dir_okay=False, help="to write: JSON Lines")],
) -> None:
    """Write good talks as labelled messages, for `omakase dialog train`.

    Example: `omakase dialog samples talks.jsonl`
    """
    open_service()
    from omakase_service.chat.services.learning import write_samples

    remark(f"{write_samples(file)} messages of good talks are in {file}")


def quality(
    weeks: Annotated[int, typer.Option(min=1, max=260, help="so many, this one the last")] = 8,
    json: AsJson = False,
) -> None:
    """Show how content people are with their talks, week on week.

    Example: `omakase dialog quality --weeks 4`
    """
    open_service()
    from omakase_service.chat.services.quality import talk_weeks

    weeks_judged = talk_weeks(weeks)
    if json:
        show_json([asdict(week) for week in weeks_judged])
        return
    rows = [
        (
            week.monday,
            week.talks,
            week.rated,
            "" if week.mean is None else f"{week.mean:.2f}",
            "" if week.good is None else f"{week.good:.0%}",
            f"{week.chosen:.0%}" if week.talks else "",
            f"{week.messages:.1f}" if week.talks else "",
            _change(week.change),
        )
        for week in weeks_judged
    ]
    names = ("week", "talks", "rated", "mean", "good", "chosen", "messages", "change")
    show_table("Talks by week", names, rows)


def restore() -> None:
    """Let the model of messages answer that did before the last promotion.

    Example: `omakase dialog restore`
    """
    open_service()
    from omakase_service.chat.services.learning import restore_earlier

    restore_earlier()
    remark("the earlier model answers; once more brings the later one back")


def _change(change: tuple[float, float, float] | None) -> str:
    """A change of the mean, and whether it is one."""
    if change is None:
        return ""
    mean, low, high = change
    word = "better" if low > 0 else "worse" if high < 0 else "may be chance"
    return f"{mean:+.2f} ({low:+.2f} to {high:+.2f}), {word}"
