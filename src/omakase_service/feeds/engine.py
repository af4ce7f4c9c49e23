"""What feeds need of the engine: how files of text are encoded and packed, and prices in them."""

from omakase.data.rows.encoding import encoding_of as encoding_of
from omakase.data.rows.numbers import amount_of as amount_of
from omakase.data.rows.packing import unpacked as unpacked
from omakase.errors import UnreadableFile as UnreadableFile
