"""What another policy would have brought, judged by the log before it is shown to anybody."""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from omakase_service.recommendation_log import writer
from omakase_service.recommendation_log.contracts import JudgedAnswer, LoggedAnswer
from omakase_service.recommendation_log.selectors import judged_answers
from omakase_service.serving import live_version
from omakase_service.serving.contracts import (
    Language,
    ListRequest,
    PolicyQuestion,
    PolicyVerdict,
    ReplayedAnswer,
    RequestContext,
)
from omakase_service.serving.effective_placements import EffectivePlacements
from omakase_service.serving.engine import EngineRequest, policy_estimates
from omakase_service.serving.live_version import LiveState
from omakase_service.serving.routing import judged
from omakase_service.serving.user_state import person

CONTEXT = frozenset(field.name for field in fields(RequestContext))


def estimate_policy(question: PolicyQuestion, *, language: Language = "en") -> PolicyVerdict:
    """What a version or a placement would have brought where another policy was shown.

    Each logged list is made again by the policy, of what the person had done by then; their wishes
    and the catalog are those of today.

    Raises:
        NotReady: no version is live.
        NotFound: no such version.
        OmakaseError: the version cannot do what the placement says; the log holds no lists there;
            the policy does what the log never did.
    """
    writer.flush()
    state = policy_state(question)
    found = judged_answers(placement=question.at, since=question.since, limit=question.answers)
    replayed = [_replay(state, each, question.draws) for each in found]
    estimates = policy_estimates(replayed, language)
    places = sum(len(each.items) for each in replayed)
    return PolicyVerdict(
        answers=len(replayed),
        places=places,
        logged_mean=sum(map(sum, (each.clicked for each in replayed))) / places,
        estimates=estimates,
        learnt_share=sum(each.answer.time < state.live.learnt for each in found) / len(found),
    )


def policy_state(question: PolicyQuestion) -> LiveState:
    """What would answer: the version, with the placement there, and no experiment.

    Raises:
        NotReady: no version is live.
        NotFound: no such version.
        OmakaseError: another version or placement, and the one cannot do what the other says.
    """
    state = live_version.now()
    if question.version:
        state = live_version.with_version(state, question.version)
    holding = dict(state.placements)
    if question.placement is not None:
        holding[question.at] = question.placement
    is_other = bool(question.version) or question.placement is not None
    if is_other and question.at in holding:
        state.live.require_placement(holding[question.at])
    return replace(state, standing=EffectivePlacements(holding, holding), experiments=())


def _replay(state: LiveState, logged: JudgedAnswer, draws: int) -> ReplayedAnswer:
    past = logged.answer
    ask = asked_again(state, past)
    count = draws if state.live.leaves_to_chance(ask) else 1
    return ReplayedAnswer(
        who=past.user_id or past.session_id or "",
        items=[shown.item_id for shown in past.items],
        probabilities=[shown.probability for shown in past.items],
        clicked=[shown.item_id in logged.clicked for shown in past.items],
        lists=[[item_id for item_id, _ in state.live.recommend(ask)] for _ in range(count)],
    )


def asked_again(state: LiveState, past: LoggedAnswer) -> EngineRequest:
    """The same question, of what the person had done before the list was shown."""
    question = ListRequest(
        user_id=past.user_id,
        session_id=past.session_id,
        n=len(past.items),
        placement=past.placement,
        context=_context(past.context),
    )
    who = person(question, past.time)
    earlier = replace(who, past=[each for each in who.past if each.time < past.time])
    return judged(state, question, earlier, past.time)[0]


def _context(told: Mapping[str, Any]) -> RequestContext:
    return RequestContext(**{name: told[name] for name in CONTEXT & told.keys()})
