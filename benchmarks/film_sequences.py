"""Which film comes next: SASRec on MovieLens 1M.

As in `sequences`: leave-one-out, the whole catalog ranked, the history masked; settings were chosen
on the validation part. One thread of a CPU that does other work trains it; the curve is the
validation NDCG@10 of the averaged weights, every second epoch.
"""

from benchmarks.form import Asked, Result, run
from benchmarks.sequences import Anchor, tables

ANCHORS = {"ml-1m": Anchor("films-sasrec", 0.3164, 0.1813, "eSASRec, RecSys 2025")}


def film_sequences(asked: Asked) -> Result:
    """Films."""
    return tables(asked, ANCHORS)


if __name__ == "__main__":
    run("film_sequences", film_sequences, __doc__)
