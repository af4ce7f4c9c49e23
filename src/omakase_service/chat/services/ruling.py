"""A sentence of an owner's as a rule of a placement, by what the guide knows of the catalog."""

import re
from dataclasses import dataclass

from omakase_service.chat.engine import has_rule, hear
from omakase_service.chat.services.guides import current_guide
from omakase_service.serving.contracts import Language

LIFT, SINK = "1 + ({rule})", "1 - 0.5 * ({rule})"
"""Twice the score of what the rule means; half of it."""

LONGEST = 500
"""Characters of a sentence."""

ONLY = re.compile(r"(?<=[가-힣A-Za-z])(?<![일이삼사오육칠팔구십백천억수몇])만(?=\s)")
"""The particle of "비건만 5000원", which is no ten thousand."""

REFUSES = re.compile(r"\b(?:show nothing (?:from|of)|never show|hide|exclude|remove)\b", re.I)
"""What an owner says and a visitor does not; a visitor says "no"."""


@dataclass(frozen=True, slots=True)
class RuleProposal:
    """What a sentence says in the language of rules.

    Attributes:
        filter: "" where nothing of it can be said as a rule.
        lift, sink: the same as boosts.
        matches: items that meet it.
        meant: what was understood, as people read it.
        unmet: what was understood and no item meets, or no rule can say.
    """

    filter: str
    lift: str
    sink: str
    matches: int
    meant: tuple[str, ...]
    unmet: tuple[str, ...]


def rule_from_words(*, words: str, language: Language) -> RuleProposal:
    """The rule that a sentence means, in Korean or English; nothing is kept of it."""
    heard = REFUSES.sub("no", ONLY.sub("", words[:LONGEST]))
    guide = current_guide().guide
    turn = hear(guide, heard, state={}, shown=(), language=language)
    plan = turn.plan
    said = [each for each in plan.applied if has_rule(guide, each)]
    unsaid = [each for each in plan.applied if each not in said]
    rule = plan.filter if said and not plan.impossible else ""
    unmet = (*unsaid, *plan.dropped, *plan.impossible)
    return RuleProposal(
        filter=rule,
        lift=LIFT.format(rule=rule) if rule else "",
        sink=SINK.format(rule=rule) if rule else "",
        matches=plan.matches,
        meant=tuple(chip.label for chip in turn.chips(said)),
        unmet=tuple(chip.label for chip in turn.chips(unmet)),
    )
