"""From files and folders as people have them to one `Dataset`."""

from omakase.data.readers.load import LAYOUTS, load
from omakase.data.readers.tables import LoadedData

__all__ = ["LAYOUTS", "LoadedData", "load"]
