"""A verdict of the promotion gate in plain words, English and Korean."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

from omakase.build.promotion import Guardrail, Verdict
from omakase.text.particles import Noun

WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "first": "Nothing was live, so this version answers.",
        "same": "The same recipe with newer events: a routine refresh.",
        "unjudged": "Only {people} people could be asked, too few to tell ({metric}).",
        "better": "Better: {metric} {new:.4f} beside {live:.4f} ({low:+.4f} to {high:+.4f}).",
        "chance": "Within chance: {metric} {new:.4f} beside {live:.4f} "
        "({low:+.4f} to {high:+.4f}).",
        "worse": "Worse: {metric} {new:.4f} beside {live:.4f} ({low:+.4f} to {high:+.4f}).",
        "rail": "The guardrail {name} broke: {new:.4f}, the limit is {limit:.4f}.",
        "promoted": "It is promoted.",
        "kept": "It stays a candidate; what answered before goes on.",
    },
    "ko": {
        "first": "지금까지 서비스 중인 버전이 없어서 이 버전이 답합니다.",
        "same": "같은 방법에 새 이벤트를 더한 정기 갱신입니다.",
        "unjudged": "평가할 수 있는 사람이 {people}명뿐이라 판단할 수 없습니다({metric}).",
        "better": "더 좋습니다: {metric} {new:.4f}, 지금은 {live:.4f} ({low:+.4f} ~ {high:+.4f}).",
        "chance": "우연의 범위입니다: {metric} {new:.4f}, 지금은 {live:.4f} "
        "({low:+.4f} ~ {high:+.4f}).",
        "worse": "더 나쁩니다: {metric} {new:.4f}, 지금은 {live:.4f} ({low:+.4f} ~ {high:+.4f}).",
        "rail": "지켜야 할 한계 {name:을} 넘었습니다: {new:.4f}, 한계는 {limit:.4f}.",
        "promoted": "서비스 버전으로 올렸습니다.",
        "kept": "후보로 남겨 두고, 지금 버전이 계속 답합니다.",
    },
}


def sentences(verdict: Verdict, language: Literal["en", "ko"] = "en") -> list[str]:
    """The verdict in plain words, a sentence each."""
    words = WORDS[language]
    lines = [words[_finding(verdict)].format(**_figures(verdict))]
    lines += [
        words["rail"].format(name=Noun(rail.name), new=rail.new, limit=rail.limit)
        for rail in verdict.broken
    ]
    return [*lines, words["promoted" if verdict.promoted else "kept"]]


def _finding(verdict: Verdict) -> str:
    gap = verdict.difference
    if verdict.basis in ("first", "same", "unjudged") or gap is None:
        return verdict.basis if verdict.basis in ("first", "same") else "unjudged"
    if not gap.is_sure:
        return "chance"
    return "better" if gap.mean > 0 else "worse"


def _figures(verdict: Verdict) -> dict[str, Any]:
    gap = verdict.difference
    return {
        "people": verdict.people,
        "metric": verdict.metric,
        "new": verdict.new,
        "live": verdict.live,
        "low": gap.low if gap and gap.low is not None else 0.0,
        "high": gap.high if gap and gap.high is not None else 0.0,
    }


def to_dict(verdict: Verdict) -> dict[str, Any]:
    """The verdict as plain values, with its words in both languages."""
    gap = verdict.difference
    return {
        "promoted": verdict.promoted,
        "basis": verdict.basis,
        "metric": verdict.metric,
        "mode": verdict.mode,
        "people": verdict.people,
        "live": verdict.live,
        "new": verdict.new,
        "difference": None if gap is None else [gap.mean, gap.low, gap.high],
        "guardrails": [_rail_dict(rail) for rail in verdict.guardrails],
        "words": {"en": sentences(verdict, "en"), "ko": sentences(verdict, "ko")},
    }


def _rail_dict(rail: Guardrail) -> dict[str, Any]:
    names: Sequence[str] = ("name", "live", "new", "limit", "passed")
    return {name: getattr(rail, name) for name in names}
