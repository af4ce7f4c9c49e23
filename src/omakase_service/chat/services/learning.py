"""The guide learns from talks: samples, a new model, the gate, and the model that answers."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from omakase_service.chat.contracts import LearningParameters, LearningReport, LearningWay
from omakase_service.chat.engine import DEPTH, learn, publish, sample_lines
from omakase_service.chat.models import DialogLearning
from omakase_service.chat.selectors import rated_talks, talks_rated_since
from omakase_service.chat.services.guides import current_guide, forget_guide, model_path
from omakase_service.jobs.contracts import JobContext, JobSkipped
from omakase_service.platform.exceptions import Conflict
from omakase_service.serving.contracts import ListRequest, RequestContext
from omakase_service.serving.services import ranked_ids
from omakase_settings import settings

PARTS = 5
"""Into which people are split; one part judges, in each run another."""


def learn_from_talks(
    *,
    way: LearningWay = "incremental",
    promote: bool = True,
    checked: Callable[[], None] | None = None,
) -> LearningReport:
    """Learn from all rated talks; the new model answers if talks of other people allow it.

    Args:
        checked: called before the new model is published; raises where it must not be.

    Raises:
        NotReady: no version is live, so there are no lists to judge by.
    """
    guide = current_guide().guide
    run = DialogLearning.objects.count()
    model, report = learn(guide, rated_talks(), way, _lists(), part=run % PARTS)
    if report.promoted and not promote:
        reason = f"{report.reason}; it was only looked at"
        report = replace(report, promoted=False, reason=reason)
    if checked is not None:
        checked()
    if report.promoted:
        publish(model, model_path(), before=guide.model, kept=kept_path())
        forget_guide()
    DialogLearning.objects.create(
        way=way,
        talks=report.talks,
        examples=report.examples,
        vocabulary=[list(alias) for alias in report.vocabulary],
        figures={
            "judged": report.judged,
            "before": report.before,
            "after": report.after,
            "gain": report.gain,
        },
        promoted=report.promoted,
        reason=report.reason,
    )
    return report


def learn_job(context: JobContext, parameters: LearningParameters) -> Mapping[str, Any]:
    """Learn from talks, where enough were rated since the last time."""
    last = DialogLearning.objects.order_by("-started").first()
    new, least = talks_rated_since(last.started if last else None), settings().chat.learning_talks
    if new < least:
        raise JobSkipped(f"{new} talks were rated since the last time; {least} are needed")
    context.note("Learning from talks")
    report = learn_from_talks(
        way=parameters.way, promote=parameters.promote == "gate", checked=context.assert_lease
    )
    return asdict(report)


def kept_path() -> Path:
    """Where the model lies that answered before the last promotion."""
    return model_path().with_name("before.npz")


def restore_earlier() -> None:
    """Let the model answer that did before the last promotion; the two change places.

    Raises:
        Conflict: there was no promotion.
    """
    path, earlier = model_path(), kept_path()
    if not earlier.exists():
        raise Conflict("no earlier model is kept: none was promoted yet")
    aside = path.with_name("aside.npz")
    path.replace(aside)
    earlier.replace(path)
    aside.replace(earlier)
    path.touch()
    forget_guide()


def write_samples(path: Path) -> int:
    """Good talks as JSON Lines, one message a line; how many lines."""
    lines = list(sample_lines(current_guide().guide, rated_talks()))
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    return len(lines)


def _lists() -> Callable[[Any], Sequence[str]]:
    """The list that a stranger would get for a message; the same question is asked once."""
    lists: dict[tuple[Any, ...], list[str]] = {}

    def ranked(turn: Any) -> Sequence[str]:
        state, plan = turn.state, turn.plan
        key = (plan.filter, plan.include, state.similar_to, state.excluded)
        if key in lists:
            return lists[key]
        question = ListRequest(
            history=(state.similar_to,) if state.similar_to else None,
            n=DEPTH,
            placement=settings().chat.placement,
            context=RequestContext(page="chat"),
            exclude=(*state.excluded, *filter(None, (state.similar_to,))),
            include=plan.include,
            filter=plan.filter,
        )
        lists[key] = ranked_ids(question)
        return lists[key]

    return ranked
