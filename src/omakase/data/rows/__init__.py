"""Rows of events out of any file, checked one by one, a bounded number at a time."""

from omakase.data.rows.checks import Rules
from omakase.data.rows.meaning import Aside, Meaning
from omakase.data.rows.options import ReadOptions
from omakase.data.rows.records import Records, read_records
from omakase.data.rows.rejects import Reject, write_rejects
from omakase.data.rows.source import Batch, RowSource, open_rows

__all__ = [
    "Aside",
    "Batch",
    "Meaning",
    "ReadOptions",
    "Records",
    "Reject",
    "RowSource",
    "Rules",
    "open_rows",
    "read_records",
    "write_rejects",
]
