"""Korean."""

from collections.abc import Mapping
from typing import Final

DECIDE: Final[Mapping[str, str]] = {}
