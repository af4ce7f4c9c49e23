"""Two lists mixed by chance: each position is the second's with a small probability."""

from collections.abc import Mapping, Sequence

import numpy as np

from omakase.bandits.race import Numbers

State = tuple[int, int]
"""The first place of each list that is not yet in the mix."""


def mixed(
    first: Sequence[int], second: Sequence[int], k: int, share: float, rng: np.random.Generator
) -> list[int]:
    """(at most k) items, none twice; who is left goes on where the other list has ended."""
    state, chosen = (0, 0), dict[int, None]()
    while len(chosen) < k:
        state = _skip(state, first, second, chosen)
        options = _options(state, first, second, share)
        if not options:
            break
        turns = rng.random() < share
        chosen[_next_pick(options, turns)] = None
    return list(chosen)


def mixed_chances(
    first: Sequence[int], second: Sequence[int], mix: Sequence[int], share: float
) -> Numbers:
    """(k,) the exact chance of each item of a mix at its position, over all draws.

    A chain over what is in the mix so far, of which only how far each list was used counts.
    """
    states: dict[frozenset[int], float] = {frozenset(): 1.0}
    chances = np.zeros(len(mix))
    for position, item in enumerate(mix):
        states, placed = _step(states, first, second, share)
        chances[position] = placed.get(item, 0.0)
    return chances


def _step(
    states: Mapping[frozenset[int], float],
    first: Sequence[int],
    second: Sequence[int],
    share: float,
) -> tuple[dict[frozenset[int], float], dict[int, float]]:
    """One more position: what may be in the mix then, and how likely each item is there."""
    next_states: dict[frozenset[int], float] = {}
    placed: dict[int, float] = {}
    for picked, chance in states.items():
        state = _skip((0, 0), first, second, picked)
        for item, part in _options(state, first, second, share).items():
            grown = picked | {item}
            next_states[grown] = next_states.get(grown, 0.0) + chance * part
            placed[item] = placed.get(item, 0.0) + chance * part
    return next_states, placed


def _options(
    state: State, first: Sequence[int], second: Sequence[int], share: float
) -> dict[int, float]:
    """The next of each list, with its chance; the first list's comes first."""
    ones, second_pick = first[state[0] : state[0] + 1], second[state[1] : state[1] + 1]
    options: dict[int, float] = {}
    for item in ones:
        options[item] = 1.0 - share if second_pick else 1.0
    for item in second_pick:
        options[item] = options.get(item, 0.0) + (share if ones else 1.0)
    return options


def _next_pick(options: Mapping[int, float], turns: bool) -> int:
    items = list(options)
    return items[-1] if turns else items[0]


def _skip(
    state: State,
    first: Sequence[int],
    second: Sequence[int],
    taken: Mapping[int, None] | frozenset[int],
) -> State:
    """Past what is in the mix."""
    one, second_position = state
    while one < len(first) and first[one] in taken:
        one += 1
    while second_position < len(second) and second[second_position] in taken:
        second_position += 1
    return one, second_position
