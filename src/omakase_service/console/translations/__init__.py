"""What the pages say. English stands in the pages themselves; Korean is looked up by it."""

from collections.abc import Mapping
from typing import Final, Literal

from django.utils.translation import get_language

from omakase_service.console.translations.decide import DECIDE
from omakase_service.console.translations.frame import FRAME
from omakase_service.console.translations.look import LOOK
from omakase_service.console.translations.run import RUN

Language = Literal["en", "ko"]
KOREAN: Final[Mapping[str, str]] = {**FRAME, **DECIDE, **LOOK, **RUN}


def language() -> Language:
    """The language of the page that is being made."""
    return "ko" if (get_language() or "en").startswith("ko") else "en"


def say(text: str, **values: object) -> str:
    """A sentence in the page's language, with its values put in.

    A sentence that nobody translated is said in English.
    """
    chosen = KOREAN.get(text, text) if language() == "ko" else text
    return chosen.format(**values) if values else chosen
