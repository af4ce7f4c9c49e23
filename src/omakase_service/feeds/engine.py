"""What feeds need of the engine: which encoding a file is in, and prices as people write them."""

from omakase.data.rows.encoding import encoding_of as encoding_of
from omakase.data.rows.numbers import amount_of as amount_of
