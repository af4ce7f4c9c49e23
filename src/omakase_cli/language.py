"""The languages that a command answers in."""

from enum import StrEnum


class Language(StrEnum):
    """What sentences are written in."""

    en = "en"
    ko = "ko"
