"""Made-up worlds with known tastes: a shop, a cinema, the restaurants of a city."""

from collections.abc import Mapping

from omakase.errors import UnknownName
from omakase.synthetic.cinema import CINEMA
from omakase.synthetic.restaurants import RESTAURANTS
from omakase.synthetic.shop import SHOP
from omakase.synthetic.spec import Spec
from omakase.synthetic.world import World
from omakase.synthetic.writing import as_dataset, write

__all__ = ["WORLDS", "World", "as_dataset", "make", "write"]

WORLDS: Mapping[str, Spec] = {spec.name: spec for spec in (SHOP, CINEMA, RESTAURANTS)}


def make(
    name: str,
    *,
    users: int = 1_000,
    items: int = 1_000,
    events: int = 50_000,
    seed: int = 0,
    days: int = 180,
) -> World:
    """A world of one of the kinds in `WORLDS`; nothing is computed before it is asked for.

    Raises:
        UnknownName: no such kind.
        ValueError: a size below 1.
    """
    if name not in WORLDS:
        raise UnknownName("world", name, WORLDS)
    return World(WORLDS[name], users, items, events, seed, days)
