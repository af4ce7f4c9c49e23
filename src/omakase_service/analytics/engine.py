"""The only door of this app to the engine. Plain Python on this side, arrays on the other."""

from omakase.evaluate.list_judge import ListJudge, ListWorth

__all__ = ["ListJudge", "ListWorth"]
