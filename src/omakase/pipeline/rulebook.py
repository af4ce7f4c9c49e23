"""The rules that hold over one catalog, each read once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, reduce
from operator import and_
from typing import Any, Final

from omakase.data.ids import Vocabulary
from omakase.pipeline.rules import NO_RULES, CompiledRules, RulesConfig
from omakase.rules.columns import Columns
from omakase.rules.wishes import priced, within
from omakase.types import PAD

MOST: Final = 1000
"""Rules that are kept; filters of requests may be without end."""


@dataclass(frozen=True)
class RuleBook:
    """Rules that are saved, asked for, or wished, made to fit a catalog.

    Attributes:
        look: makes the columns that rules may speak of, when the first rule does.
        items: ids to rows.
    """

    look: Callable[[], Columns]
    items: Vocabulary
    _read: dict[str, CompiledRules] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def columns(self) -> Columns:
        """As `look` makes them; once."""
        return self.look()

    def rules(self, config: RulesConfig) -> CompiledRules:
        """The same again for the same configuration.

        Raises:
            RuleError, UnknownIds: as in `Rules.of`.
        """
        key = config.model_dump_json()
        if key not in self._read:
            if len(self._read) >= MOST:
                self._read.clear()
            rows = {item: row for item in config.items if (row := self.items.row(item)) != PAD}
            columns = self.columns if config.filters or config.boosts else {}
            self._read[key] = CompiledRules.over(config, columns, rows, len(self.items))
        return self._read[key]

    def still(self, config: RulesConfig) -> RulesConfig:
        """Without the pins, and the items to include, that the catalog has lost meanwhile."""
        if not config.pins and config.include is None:
            return config
        pins = {n: item for n, item in config.pins.items() if self.items.row(item) != PAD}
        include = config.include
        if include is not None:
            include = tuple(item for item in include if self.items.row(item) != PAD)
        return config.model_copy(update={"pins": pins, "include": include})

    def wished(
        self, shunned: Sequence[str], low: float | None, high: float | None
    ) -> CompiledRules:
        """What lies in none of the categories, and costs no less and no more, if that is known."""
        masks = []
        if shunned:
            column: Any = self.columns["category"]
            masks.append(~within(column, shunned))
        if low is not None or high is not None:
            prices: Any = self.columns["price"]
            masks.append(priced(prices, low, high))
        return CompiledRules(allowed=reduce(and_, masks)) if masks else NO_RULES
