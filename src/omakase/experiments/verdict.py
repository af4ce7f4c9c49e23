"""Where an experiment stands, in plain words, Korean and English."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import Final

from omakase.experiments.analysis import Analysis, Comparison, State
from omakase.experiments.plan import ExperimentPlan
from omakase.explain.templates import Language

HEADLINES: Final[Mapping[Language, Mapping[State, str]]] = {
    "en": {
        "mismatch": "Do not believe these figures: people came into the variants in shares of "
        "{shares}, where {planned} were planned (p = {ratio_p:.1g}).",
        "harmful": "“{leader}” leads, but it harms {harmed} by more than is allowed.",
        "winner": "“{leader}” is better: {metric} changes by {lift} ({low} to {high}, confidence "
        "{level}).",
        "worse": "Every variant is worse than “{control}”: keep it.",
        "equal": "No difference that matters: no variant moves {metric} by {least} or more.",
        "running": "Still open: “{leader}” leads; {metric} differs by {lift} ({low} to {high}).",
        "too_early": "Too early: this experiment is judged once, when its sample is there.",
        "undecided": "The sample is there, and it is still open: {metric} differs by {lift} "
        "({low} to {high}).",
    },
    "ko": {
        "mismatch": "이 수치는 믿지 마세요: 배정 비율이 {shares}인데 계획은 {planned}이었어요 "
        "(p = {ratio_p:.1g}).",
        "harmful": "‘{leader}’ 변형이 앞서지만 {harmed} 지표를 허용한 것보다 더 나쁘게 해요.",
        "winner": "‘{leader}’ 변형이 더 좋아요: {metric} 변화 {lift} ({low} ~ {high}, 신뢰도 "
        "{level}).",
        "worse": "모든 변형이 ‘{control}’보다 나빠요. 지금 것을 그대로 두세요.",
        "equal": "의미 있는 차이가 없어요: {metric} 지표를 {least} 이상 바꾸는 변형이 없어요.",
        "running": "아직 알 수 없어요: ‘{leader}’ 변형이 앞서요. {metric} 차이 {lift} "
        "({low} ~ {high}).",
        "too_early": "아직 일러요: 이 실험은 표본이 다 모였을 때 한 번만 판단해요.",
        "undecided": "표본이 다 모였지만 아직 알 수 없어요: {metric} 차이 {lift} ({low} ~ {high}).",
    },
}
CHANGES: Final[Mapping[Language, Mapping[State, str]]] = {
    "en": {
        "mismatch": "What would change it: find out who is lost (redirects, caches, bots, a "
        "variant that fails), mend it, and start again under a new name.",
        "harmful": "What would change it: a variant that leaves {harmed} alone, or a wider "
        "tolerance that you decide on.",
        "winner": "What would change it: a mismatch of the split or a guardrail that breaks; "
        "neither is in sight.",
        "worse": "What would change it: another idea; these variants will not recover.",
        "equal": "What would change it: asking for a smaller change than {least}, with a larger "
        "sample.",
        "running": "What would change it: more people. To find a change of {least} takes about "
        "{needed} a variant; there are {units}.",
        "too_early": "What would change it: more people; there are {units} of {target} a variant.",
        "undecided": "What would change it: more people (to find a change of {least} takes about "
        "{needed} a variant; there are {units}), or a covariate from before the experiment.",
    },
    "ko": {
        "mismatch": "판단을 바꾸려면: 누가 빠졌는지(리디렉션, 캐시, 봇, 오류 나는 변형) 찾아 "
        "고치고 새 이름으로 다시 시작하세요.",
        "harmful": "판단을 바꾸려면: {harmed} 지표를 해치지 않는 변형을 쓰거나 허용 폭을 넓히세요.",
        "winner": "판단을 바꾸려면: 배정 비율이 어긋나거나 가드레일이 깨져야 하는데, 둘 다 조짐이 "
        "없어요.",
        "worse": "판단을 바꾸려면: 다른 아이디어가 필요해요. 이 변형들은 회복하지 못해요.",
        "equal": "판단을 바꾸려면: {least}보다 작은 차이를 더 큰 표본으로 찾으세요.",
        "running": "판단을 바꾸려면: 사람이 더 필요해요. {least} 차이를 찾으려면 변형마다 약 "
        "{needed}명, 지금은 {units}명이에요.",
        "too_early": "판단을 바꾸려면: 사람이 더 필요해요. 변형마다 {target}명 가운데 "
        "{units}명이에요.",
        "undecided": "판단을 바꾸려면: 사람이 더 있거나({least} 차이를 찾으려면 변형마다 약 "
        "{needed}명, 지금은 {units}명) 실험 전 자료가 필요해요.",
    },
}
PROGRESS: Final[Mapping[Language, str]] = {
    "en": "Progress: {progress:.0%} of the sample{rest}.",
    "ko": "진행률: 표본의 {progress:.0%}{rest}.",
}
REST: Final[Mapping[Language, str]] = {
    "en": ", days left at this pace: {days:.0f}",
    "ko": ", 이 속도로 약 {days:.0f}일 남음",
}
MANY: Final[Mapping[Language, str]] = {"en": "very many", "ko": "아주 많은"}


@dataclass(frozen=True, slots=True)
class ExperimentVerdict:
    """Three sentences.

    Attributes:
        headline: what is so, and how sure.
        progress: in per cent, with the days left where they can be told.
        change: what would change it.
    """

    headline: str
    progress: str
    change: str

    def text(self) -> str:
        """All of it, a sentence a line."""
        return "\n".join((self.headline, self.progress, self.change))


def verdict(
    plan: ExperimentPlan, analysis: Analysis, units: Mapping[str, int], language: Language = "en"
) -> ExperimentVerdict:
    """An analysis in words.

    Args:
        units: variant to its exposed units.
    """
    facts = _facts(plan, analysis, units, language)
    days = analysis.days_left
    rest = REST[language].format(days=days) if days else ""
    return ExperimentVerdict(
        HEADLINES[language][analysis.state].format(**facts),
        PROGRESS[language].format(progress=analysis.progress, rest=rest),
        CHANGES[language][analysis.state].format(**facts),
    )


def _facts(
    plan: ExperimentPlan, analysis: Analysis, units: Mapping[str, int], language: Language
) -> dict[str, object]:
    leading = _leading_comparison(plan, analysis)
    lift, interval = leading.effect.lift, leading.effect.lift_interval
    harmed = [c.metric for c in analysis.comparisons if c.safety == "harmed"]
    needed = MANY[language] if leading.needed == inf else f"{leading.needed:,.0f}"
    return {
        "leader": analysis.leader,
        "control": plan.control,
        "metric": leading.metric,
        "harmed": ", ".join(dict.fromkeys(harmed)),
        "lift": "?" if lift is None else signed_percent(lift),
        "low": signed_percent(interval.low),
        "high": signed_percent(interval.high),
        "level": f"{plan.level:.0%}",
        "least": f"{plan.least_lift:.1%}",
        "needed": needed,
        "units": f"{min(units.values(), default=0):,}",
        "target": f"{plan.target:,}",
        "shares": " : ".join(f"{share:.1%}" for share in analysis.ratio.shares),
        "planned": " : ".join(f"{s / sum(plan.shares.values()):.1%}" for s in plan.shares.values()),
        "ratio_p": analysis.ratio.p_value,
    }


def _leading_comparison(plan: ExperimentPlan, analysis: Analysis) -> Comparison:
    """The leader's comparison, or where the control leads, that of the nearest variant."""
    first = next(m for m in plan.metrics if m.role == "primary")
    comparisons = [c for c in analysis.comparisons if c.metric == first.name]
    sign = 1 if first.direction == "higher" else -1
    return max(
        comparisons, key=lambda c: (c.variant == analysis.leader, sign * c.effect.difference)
    )


def signed_percent(change: float) -> str:
    """As "+4.1 %"; what nothing bounds as "±∞"."""
    if change in (inf, -inf):
        return "+∞" if change > 0 else "-∞"
    return f"{change:+.1%}"
