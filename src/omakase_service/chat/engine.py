"""The only door of this app to the engine."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from omakase.dialog.answer import (
    AnswerItem,
    answer_comparison,
    answer_detail,
    answer_list,
    answer_why,
    chip_label,
    sentence_of,
)
from omakase.dialog.compiling import Plan
from omakase.dialog.grounding import shown_beginning, ungrounded
from omakase.dialog.guide import Guide as Guide  # which the services hand about
from omakase.dialog.intents import LIST_INTENTS
from omakase.dialog.learning import learn_incremental, learn_initial, samples_of
from omakase.dialog.state import (
    Constraint,
    DialogState,
    pointed_items,
    read_state,
    state_values,
)
from omakase.dialog.talks import RatedTalk as RatedTalk
from omakase.dialog.talks import TalkMessage as TalkMessage
from omakase.dialog.talks import split_by_person
from omakase.dialog.training import DialogModel, load_dialog, own_model, save_dialog
from omakase.dialog.understanding import Understanding
from omakase.errors import OmakaseError as OmakaseError
from omakase.evaluate.talks import DEPTH as DEPTH
from omakase.evaluate.talks import Ranked, judge_learning
from omakase.evaluate.weeks import mean_change as mean_change
from omakase_service.chat.contracts import Chip, HeardMessage, LearningReport, LearningWay
from omakase_service.serving.contracts import Language


@cache
def local_rewriter(base: Path, adapter: Path | None) -> Callable[[str], str]:
    """What rewords an answer by a model on the disk; loaded once.

    Raises:
        ModuleNotFoundError: the extra `chat` is not installed.
        DataError: a folder holds no such thing.
    """
    from omakase.deep.train.rewriter import LocalRewriter

    return LocalRewriter(base, adapter).rewrite


def guide_of(
    rows: Sequence[Mapping[str, Any]],
    model: Path,
    earlier: Guide | None = None,
    *,
    same_model: bool = False,
) -> Guide:
    """A guide to the catalog, by the trained model where there is one.

    Args:
        earlier: the guide to the catalog as it was; what has not changed is taken from it.
        same_model: its model of messages, too.
    """
    if earlier is not None and same_model:
        learnt = earlier.model
    else:
        learnt = load_dialog(model) if model.exists() else own_model()
    return Guide.of_rows(rows, learnt, earlier=earlier)


@dataclass(frozen=True)
class HeardTurn:
    """A message, the state after it, and what of that can be met.

    Attributes:
        pointed: item ids that the message points at, first the one that is meant.
    """

    heard: Understanding
    state: DialogState
    plan: Plan
    pointed: tuple[str, ...]
    language: Language

    @property
    def intent(self) -> str:
        """What the message is for; "restart" where everything begins anew."""
        return "restart" if "restart" in self.heard.reading.critiques else self.heard.intent

    @property
    def lists(self) -> bool:
        """Whether a list is to be shown."""
        return self.intent in LIST_INTENTS and not self.plan.impossible

    @property
    def hour(self) -> int | None:
        """The hour that is asked for."""
        hours = (constraint.low for constraint in self.plan.applied if constraint.kind == "moment")
        first_hour = next(hours, None)
        return None if first_hour is None else int(first_hour)

    def understanding(self) -> HeardMessage:
        """The same as the service tells it."""
        reading = self.heard
        texts = (part.names for part in self.plan.applied if part.kind == "words")
        return HeardMessage(
            intent=reading.intent,
            confidence=reading.confidence,
            language=reading.reading.language,
            alternatives=reading.alternatives,
            entities=tuple(asdict(entity) for entity in reading.entities),
            filter=self.plan.filter,
            query=" ".join(word for names in texts for word in names),
            slots=reading.slots,
        )

    def chips(self, constraints: Sequence[Constraint]) -> tuple[Chip, ...]:
        """Constraints as people read them."""
        return tuple(Chip(c.key, c.kind, chip_label(c, self.language)) for c in constraints)

    def stored_state(self) -> dict[str, Any]:
        """The state as plain values; what was given up, and said to be, is not asked for again."""
        return state_values(
            self.state.without([constraint.key for constraint in self.plan.dropped])
        )


def hear(
    guide: Guide,
    message: str,
    *,
    state: Mapping[str, Any],
    shown: Sequence[Mapping[str, Any]],
    remove: Sequence[str] = (),
    location: tuple[float, float] | None = None,
    language: Language | None = None,
) -> HeardTurn:
    """A message in its conversation."""
    state_before = read_state(state).without(remove)
    seen = [guide.shown(card["item_id"], location) for card in shown]
    turn = guide.hear(message, state_before, seen, location=location)
    reading = turn.heard
    return HeardTurn(
        reading,
        turn.state,
        turn.plan,
        pointed_items(reading, seen),
        language or reading.reading.language,
    )


def has_rule(guide: Guide, constraint: Constraint) -> bool:
    """Whether a constraint can be said of items' columns in the language of rules."""
    return bool(guide.compiler.rule(constraint))


def spoken(
    guide: Guide,
    turn: HeardTurn,
    items: Sequence[tuple[str, str]],
    shown: Sequence[Mapping[str, Any]],
) -> tuple[str, list[str]]:
    """The answer by templates, and the titles that it names, in order.

    Args:
        items: (item id, reason) of the list.
        shown: of the list before, which the message may point at.
    """
    language = turn.language
    listed = [item for key, why in items if (item := guide.item(key, reason=why)) is not None]
    if turn.intent in LIST_INTENTS:
        base = guide.item(turn.state.similar_to) if turn.intent == "similar" else None
        titles = [base.title] if base and listed and not turn.plan.impossible else []
        text = answer_list(
            turn.intent,
            turn.plan,
            listed,
            language,
            base=base.title if base else "",
            noun=guide.noun,
        )
        return text, [*titles, *(item.title for item in listed)]
    reasons = {card["item_id"]: card.get("reason") or "" for card in shown}
    keys = turn.pointed or _meant(turn.intent, shown)
    named = [i for key in keys if (i := guide.item(key, reason=reasons.get(key, ""))) is not None]
    return _about(turn.intent, named, language)


def unfounded(guide: Guide, text: str, *, template: str, titles: Sequence[str]) -> str:
    """Why a rewriting may not be shown; "" where it may."""
    return ungrounded(text, template=template, titles=titles, catalog=guide.titles)


def sound_beginning(
    guide: Guide, text: str, *, template: str, titles: Sequence[str]
) -> tuple[str, str]:
    """What of an unfinished rewriting may be shown, and why it is to be given up; "" where not."""
    return shown_beginning(text, template=template, titles=titles, catalog=guide.titles)


def _meant(intent: str, shown: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """What is meant where nothing is pointed at: the first of the list, or its first two."""
    return tuple(card["item_id"] for card in shown[: 2 if intent == "compare" else 1])


def _about(intent: str, named: Sequence[AnswerItem], language: Language) -> tuple[str, list[str]]:
    first = named[0] if named else None
    if intent == "compare":
        titles = [item.title for item in named] if len(named) > 1 else []
        return answer_comparison(named, language), titles
    if intent in ("detail", "why"):
        answer = answer_detail if intent == "detail" else answer_why
        return answer(first, language), [first.title] if first else []
    return sentence_of(
        intent if intent in ("restart", "chitchat", "stop") else "out_of_scope", language
    ), []


def learn(
    guide: Guide, talks: Sequence[RatedTalk], way: LearningWay, ranked: Ranked, *, part: int
) -> tuple[DialogModel, LearningReport]:
    """A model that has learnt from talks, and what talks of other people say of it.

    Args:
        guide: that answers now.
        ranked: the list for a message.
        part: which fifth of all people is kept aside to judge by.
    """
    training, aside = split_by_person(talks, part=part)
    samples = list(samples_of(guide, training))
    model = (learn_initial if way == "initial" else learn_incremental)(guide, training, samples)
    new_guide = Guide.of(guide.items, model, earlier=guide)
    verdict = judge_learning(guide, new_guide, aside, ranked, seed=part)
    before_words = set(guide.model.vocabulary)
    gain = verdict.gain
    report = LearningReport(
        way=way,
        talks=len(training),
        judged=verdict.talks,
        examples=len(samples),
        vocabulary=tuple(
            (alias.word, alias.kind, alias.name)
            for alias in model.vocabulary
            if alias not in before_words
        ),
        before=verdict.before,
        after=verdict.after,
        gain=None if gain is None else (gain.mean, gain.low, gain.high),
        promoted=verdict.promoted,
        reason=verdict.reason,
    )
    return model, report


def publish(model: DialogModel, path: Path, *, before: DialogModel, kept: Path) -> None:
    """Let a model answer, and keep the one before it."""
    save_dialog(before, kept)
    save_dialog(model, path)


def sample_lines(guide: Guide, talks: Sequence[RatedTalk]) -> Iterator[dict[str, Any]]:
    """Good talks as training examples, one message each, as plain values for JSON Lines."""
    for sample in samples_of(guide, talks):
        yield {
            "text": sample.message.text,
            "intent": sample.message.intent,
            "tags": list(sample.message.tags),
            "chosen": list(sample.chosen),
            "not_chosen": list(sample.not_chosen),
        }
