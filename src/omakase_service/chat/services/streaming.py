"""An answer as it is being written: its list at once, then words, then the whole."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass

from omakase_service.chat.contracts import ChatReply
from omakase_service.chat.engine import sound_beginning
from omakase_service.chat.services.rewriting import rewrite_in_parts
from omakase_service.chat.services.talking import Draft, finish_reply

log = logging.getLogger("omakase.chat")


@dataclass(frozen=True, slots=True)
class ListReady:
    """What was understood, and the list; its answer is the templates'."""

    reply: ChatReply


@dataclass(frozen=True, slots=True)
class AnswerPart:
    """More of the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class AnswerReady:
    """The whole answer, which takes the place of all words before, and is kept."""

    reply: ChatReply


Step = ListReady | AnswerPart | AnswerReady


def answer_in_steps(draft: Draft) -> Iterator[Step]:
    """The list, the words of a language model as far as they are true, and the whole answer.

    Words are looked at before they go out: a number, a mark or a name that the template has not
    ends them, and the template is the answer.

    Raises:
        NotFound: the conversation was erased meanwhile.
    """
    yield ListReady(draft.reply(draft.template, "template"))
    text = sent = ""
    for part in rewrite_in_parts(draft.template, draft.titles):
        text += part
        beginning, wrong = sound_beginning(
            draft.guide, text.lstrip(), template=draft.template, titles=draft.titles
        )
        if wrong:
            log.warning("a rewriting is given up: %s", wrong)
            text = ""
            break
        if len(beginning) > len(sent):
            yield AnswerPart(beginning[len(sent) :])
            sent = beginning
    yield AnswerReady(finish_reply(draft, text.strip()))
