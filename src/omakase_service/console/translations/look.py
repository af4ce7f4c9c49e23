"""Korean."""

from collections.abc import Mapping
from typing import Final

LOOK: Final[Mapping[str, str]] = {}
