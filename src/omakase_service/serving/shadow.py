"""Two versions side by side: what each would have answered to what people asked lately.

Nobody sees any of it. The lists that were given are asked for again, of what each person had done
by then, and of both versions; so are those of one person, who is looked at closely.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from omakase_service.jobs.contracts import JobContext, JobSkipped
from omakase_service.recommendation_log import writer
from omakase_service.recommendation_log.contracts import JudgedAnswer
from omakase_service.recommendation_log.selectors import judged_answers
from omakase_service.serving.contracts import ListRequest
from omakase_service.serving.engine import TimedLists, overlap, same_first
from omakase_service.serving.policies import asked_again, policy_state
from omakase_service.serving.policy_contracts import PolicyQuestion, ShadowParameters
from omakase_service.serving.previews import PreviewedList, preview_list
from omakase_service.training.contracts import Stage, VersionCard
from omakase_service.training.selectors import live_card, version_by_name, versions
from omakase_service.training.services import judge_on_later_events
from omakase_service.training.versions import note_shadow


@dataclass(frozen=True, slots=True)
class VersionComparison:
    """Two versions over the same questions.

    Attributes:
        answers: questions that were asked again.
        overlap: mean share of a list's items that are in the other one's.
        same_first: share of the questions with the same item at the first place.
        live, other: `version`, `clicks_held`, `median_ms`, `p95_ms`, `items` of each.
    """

    answers: int
    overlap: float
    same_first: float
    live: Mapping[str, Any]
    other: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SideList:
    """What one version would recommend to one person now: (item id, title, score)."""

    version: str
    items: tuple[tuple[str, str, float], ...]


def compare_versions(
    *, live: str, other: str, placement: str = "", since: int = 0, limit: int = 500
) -> VersionComparison:
    """Ask two versions again what people asked at a placement from a moment on.

    Raises:
        NotFound: no such version.
        NotReady: no version is live.
        Invalid: the log holds no list there.
    """
    writer.flush()
    answers = judged_answers(placement=placement, since=since, limit=limit)
    sides = [_lists(name, placement, answers) for name in (live, other)]
    clicked = [answer.clicked for answer in answers]
    return VersionComparison(
        answers=len(answers),
        overlap=round(overlap(*(side.lists for side in sides)), 4),
        same_first=round(same_first(*(side.lists for side in sides)), 4),
        live={"version": live, **asdict(sides[0].figures(clicked))},
        other={"version": other, **asdict(sides[1].figures(clicked))},
    )


def lists_of(*, user_id: str, names: Sequence[str], n: int) -> tuple[SideList, ...]:
    """What each version would recommend to one person now.

    Raises:
        NotFound: no such version.
        NotReady: no version is live.
    """
    question = ListRequest(user_id=user_id, n=n)
    return tuple(_side_list(name, preview_list(question, version=name)) for name in names)


def shadow_job(context: JobContext, parameters: ShadowParameters) -> dict[str, Any]:
    """Compare a candidate with the live version on what was asked, and keep what was found.

    Raises:
        JobSkipped: nothing is live, no candidate waits, or nobody asked anything.
    """
    live, candidate = live_card(), _candidate(parameters.version)
    if live is None or candidate is None or candidate.name == live.name:
        raise JobSkipped("no candidate stands beside a live version")
    context.note(f"asking {candidate.name} what {live.name} was asked")
    lists = compare_versions(
        live=live.name,
        other=candidate.name,
        placement=parameters.placement,
        limit=parameters.answers,
    )
    if not lists.answers:
        raise JobSkipped("nobody was answered yet")
    context.note("judging both by what people did since")
    figures = {**asdict(lists), "later": dict(judge_on_later_events(live=live, other=candidate))}
    note_shadow(name=candidate.name, figures=figures)
    return {"version": candidate.name, "overlap": lists.overlap, "answers": lists.answers}


def _candidate(name: str) -> VersionCard | None:
    if name:
        return version_by_name(name=name)
    candidates = (version for version in versions() if version.stage is Stage.CANDIDATE)
    return next((version for version in candidates if not version.withheld), None)


def _side_list(name: str, preview: PreviewedList) -> SideList:
    items = ((item.card.item_id, item.card.title, item.score) for item in preview.items)
    return SideList(name, tuple(items))


def _lists(name: str, placement: str, logged: Sequence[JudgedAnswer]) -> TimedLists:
    """What a version answers to these questions."""
    state = policy_state(PolicyQuestion(at=placement, version=name))
    new_lists, durations = [], []
    for answer in logged:
        ask = asked_again(state, answer.answer)
        began = time.perf_counter()
        new_lists.append([item_id for item_id, _ in state.live.recommend(ask)])
        durations.append((time.perf_counter() - began) * 1000)
    return TimedLists(new_lists, durations)
