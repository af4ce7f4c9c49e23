"""Korean."""

from collections.abc import Mapping
from typing import Final

RUN: Final[Mapping[str, str]] = {}
