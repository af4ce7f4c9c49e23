"""Rows of events out of any file, checked one by one, a bounded number at a time."""

from omakase.data.rows.checks import Rules
from omakase.data.rows.rejects import Reject, write_rejects
from omakase.data.rows.source import Batch, RowSource, open_rows

__all__ = ["Batch", "Reject", "RowSource", "Rules", "open_rows", "write_rejects"]
