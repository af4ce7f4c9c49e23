"""Whether an off-policy estimate can be trusted, in plain words, Korean and English."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from omakase.experiments.off_policy import PolicyEstimate
from omakase.explain.templates import Language

Problem = Literal["few_effective", "wrong_probabilities", "one_choice_dominates", "few_choices"]

LEAST_SIZE: Final = 100
LEAST_EFFECTIVE: Final = 50.0
LEAST_EFFECTIVE_SHARE: Final = 0.01
LARGEST_SHARE: Final = 0.1
ERRORS_APART: Final = 3.5
"""Standard errors by which the mean weight may miss 1."""

FINE: Final[Mapping[Language, str]] = {
    "en": "The log tells enough: {size:,} choices, worth {effective:,.0f} of the policy's own.",
    "ko": "로그가 충분해요: 선택 {size:,}건이 이 정책 자신의 선택 {effective:,.0f}건과 같아요.",
}
WORDS: Final[Mapping[Language, Mapping[Problem, str]]] = {
    "en": {
        "few_choices": "There are only {size:,} choices in the log; collect at least 100.",
        "few_effective": "The two policies seldom agree: {size:,} choices are worth only "
        "{effective:,.0f} of the policy's own. Log longer, explore more, or judge a policy that "
        "is nearer to the logged one.",
        "wrong_probabilities": "The weights average {mean_weight:.2f} where they should average "
        "1: the logged probabilities are not the true ones, or the two logs are of different "
        "catalogs. Do not trust the figure before that is mended.",
        "one_choice_dominates": "A single choice counts for {largest:.0%} of everything. Take "
        "SNIPS or switch-DR, or log longer.",
    },
    "ko": {
        "few_choices": "로그에 선택이 {size:,}건뿐이에요. 적어도 100건을 모으세요.",
        "few_effective": "두 정책이 거의 겹치지 않아요: 선택 {size:,}건이 이 정책 자신의 선택 "
        "{effective:,.0f}건과 같을 뿐이에요. 로그를 더 모으거나 탐색을 늘리거나, 기록된 정책과 더 "
        "가까운 정책을 평가하세요.",
        "wrong_probabilities": "가중치의 평균은 1이어야 하는데 {mean_weight:.2f}이에요. 기록된 "
        "확률이 실제와 다르거나 카탈로그가 달라요. 고치기 전에는 이 수치를 믿지 마세요.",
        "one_choice_dominates": "선택 하나가 전체의 {largest:.0%}를 차지해요. SNIPS나 switch-DR을 "
        "쓰거나 로그를 더 모으세요.",
    },
}


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What speaks against an estimate.

    Attributes:
        problems: codes, the gravest first; none where it can be trusted.
        sentences: the same in words; one of praise where there are none.
    """

    problems: tuple[Problem, ...]
    sentences: tuple[str, ...]

    @property
    def is_trustworthy(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.problems


def diagnosis(estimate: PolicyEstimate, language: Language = "en") -> Diagnosis:
    """What speaks against an estimate, or that nothing does."""
    problems = tuple(_problems(estimate))
    largest = estimate.largest_weight / max(estimate.mean_weight * estimate.size, 1e-12)
    figures = {
        "size": estimate.size,
        "effective": estimate.effective_size,
        "mean_weight": estimate.mean_weight,
        "largest": min(largest, 1.0),
    }
    texts = [WORDS[language][problem] for problem in problems] or [FINE[language]]
    return Diagnosis(problems, tuple(text.format(**figures) for text in texts))


def _problems(estimate: PolicyEstimate) -> list[Problem]:
    size, weight = estimate.size, max(estimate.mean_weight, 0.0)
    least = max(LEAST_EFFECTIVE, LEAST_EFFECTIVE_SHARE * size)
    apart = abs(weight - 1) > ERRORS_APART * estimate.mean_weight_error + 1e-9
    weighs = estimate.estimator not in ("dm", "switch_dr")
    checks: dict[Problem, bool] = {
        "few_choices": size < LEAST_SIZE,
        "wrong_probabilities": weighs and apart,
        "few_effective": weighs and estimate.effective_size < least,
        "one_choice_dominates": weighs and estimate.largest_weight > LARGEST_SHARE * weight * size,
    }
    return [problem for problem, holds in checks.items() if holds]
