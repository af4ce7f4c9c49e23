"""Which film comes next: sequence, neighbours and content together, against the best alone.

As in `shop_hybrid`, on MovieLens 1M with the preset of `film_sequences`.
"""

from benchmarks.film_sequences import ANCHORS
from benchmarks.form import Asked, Result, run
from benchmarks.shop_hybrid import hybrids


def film_hybrid(asked: Asked) -> Result:
    """Films."""
    return hybrids(asked, ANCHORS)


if __name__ == "__main__":
    run("film_hybrid", film_hybrid, __doc__)
