"""What another policy would have brought, judged by the log before it is shown to anybody."""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from omakase_service.recommendation_log import writer
from omakase_service.recommendation_log.contracts import JudgedAnswer, LoggedAnswer
from omakase_service.recommendation_log.selectors import judged_answers
from omakase_service.serving import live_version
from omakase_service.serving.contracts import Language, ListRequest, RequestContext
from omakase_service.serving.effective_placements import EffectivePlacements
from omakase_service.serving.engine import EngineRequest, policy_estimates
from omakase_service.serving.live_version import LiveState
from omakase_service.serving.policy_contracts import PolicyQuestion, PolicyVerdict, ReplayedAnswer
from omakase_service.serving.routing import route
from omakase_service.serving.segment_rules import spelled_out
from omakase_service.serving.selectors import segment_rules
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
    answers = judged_answers(placement=question.at, since=question.since, limit=question.answers)
    replayed = [_replay(state, answer, question.draws) for answer in answers]
    estimates = policy_estimates(replayed, language)
    positions = sum(len(answer.items) for answer in replayed)
    return PolicyVerdict(
        answers=len(replayed),
        places=positions,
        logged_mean=sum(map(sum, (answer.clicked for answer in replayed))) / positions,
        estimates=estimates,
        learnt_share=sum(answer.answer.time < state.live.trained_at for answer in answers)
        / len(answers),
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
        holding[question.at] = spelled_out(question.placement, segment_rules())
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
        items=[entry.item_id for entry in past.items],
        probabilities=[entry.probability for entry in past.items],
        clicked=[entry.item_id in logged.clicked for entry in past.items],
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
    visitor = person(question, past.time)
    earlier = replace(visitor, past=[event for event in visitor.past if event.time < past.time])
    return route(state, question, earlier, past.time)[0]


def _context(told: Mapping[str, Any]) -> RequestContext:
    return RequestContext(**{name: told[name] for name in CONTEXT & told.keys()})
