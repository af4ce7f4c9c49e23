"""Korean."""

from collections.abc import Mapping
from typing import Final

FRAME: Final[Mapping[str, str]] = {}
