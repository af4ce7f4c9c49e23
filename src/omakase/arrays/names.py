"""Names of arrays that belong together: those of a part behind a prefix and a point."""

from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray


def with_prefix(prefix: str, arrays: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """The same arrays, called "<prefix>.<name>"."""
    return {f"{prefix}.{name}": array for name, array in arrays.items()}


def under_prefix(prefix: str, arrays: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Those that `with_prefix` named so, by their own names; all others are left out."""
    start = f"{prefix}."
    return {
        name.removeprefix(start): array for name, array in arrays.items() if name.startswith(start)
    }
