"""The assistant for rules: a sentence becomes a filter or a boost, looked at before it is saved."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from omakase_service.chat.services.ruling import LONGEST, RuleProposal, rule_from_words
from omakase_service.console.pages import REFUSALS, in_words, needs, page, param
from omakase_service.console.placement_form import fields_of
from omakase_service.console.translations import language
from omakase_service.platform.requests import ServiceRequest
from omakase_service.platform.roles import Role
from omakase_service.serving.selectors import placements
from omakase_settings import Placement

WAYS = (
    ("Only these", "filters"),
    ("None of these", "filters"),
    ("Lift them", "boosts"),
    ("Sink them", "boosts"),
)
"""What may become of what a sentence means, and the field of the editor that says so."""


@needs(Role.EDIT)
@require_GET
def rule_words(request: ServiceRequest) -> HttpResponse:
    """A form for a sentence; what it means as a rule, and buttons that put it into the editor."""
    name, words = param(request, "name"), param(request, "words")
    proposal: RuleProposal | None = None
    refusal = ""
    if words:
        try:
            proposal = rule_from_words(words=words, language=language())
        except REFUSALS as error:
            refusal = in_words(error)
    fields = fields_of(placements().get(name, Placement()))
    return page(
        request,
        "rule_words",
        "placements",
        name=name,
        words=words,
        longest=LONGEST,
        proposal=proposal,
        refusal=refusal,
        choices=_choices(fields, proposal),
    )


def _choices(
    fields: dict[str, str], proposal: RuleProposal | None
) -> list[tuple[str, str, dict[str, str]]]:
    """What may become of a proposal: its title, the rule, and the editor's fields with it."""
    if proposal is None or not proposal.filter:
        return []
    rules = (proposal.filter, f"not ({proposal.filter})", proposal.lift, proposal.sink)
    ways = ((*way, rule) for way, rule in zip(WAYS, rules, strict=True))
    return [(title, rule, _with(fields, field, rule)) for title, field, rule in ways]


def _with(fields: dict[str, str], field: str, rule: str) -> dict[str, str]:
    return {**fields, field: "\n".join(filter(None, (fields[field], rule)))}
