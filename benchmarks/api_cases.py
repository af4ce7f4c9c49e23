"""Requests made up from the OpenAPI document: none may break the service.

Schemathesis makes requests that each operation's schema allows, of all shapes that nobody thought
of, and sends them with a key that may do everything, to a service that has learnt of a small world.
An answer with a 5xx, with a status, a type or a body that the document does not know, ends the run.
"""

import tempfile
import time
from collections import Counter

from benchmarks.form import Asked, Result, run


def benchmark(asked: Asked) -> Result:
    """How many requests each operation was asked, and how many were answered as documented."""
    with tempfile.TemporaryDirectory(prefix="omakase-cases-") as folder:
        _settle(folder)
        started = time.perf_counter()
        tried = _attacked(5 if asked.quick else 60)
    seconds = time.perf_counter() - started
    total = sum(tried.values())
    rows = [{"operation": name, "requests": count} for name, count in sorted(tried.items())]
    words = f"{total:,} requests on {len(tried)} operations, no answer undocumented, no 5xx"
    return Result(rows, [f"{words}; {seconds:.0f} s"])


def _settle(folder: str) -> None:
    """A data folder of its own: the settings are read once, so this comes before all else."""
    import os

    os.environ["OMAKASE_DATA_FOLDER"] = folder
    os.environ["OMAKASE_LIMITS__REFUSED_PER_MINUTE"] = "0"
    from omakase_cli.boot import open_service

    open_service()


def _attacked(examples: int) -> Counter[str]:
    from tests.omakase_service.api_cases import attacked

    from omakase_service.catalog.contracts import ItemIn
    from omakase_service.catalog.services import upsert_items
    from omakase_service.events.services import record
    from omakase_service.platform.services import create_key
    from omakase_service.recommendation_log import writer
    from omakase_service.training.services import train

    upsert_items(items=[ItemIn(item_id=f"i{n}", title=f"Item {n}") for n in range(12)])
    people = [(u, i) for u in range(12) for i in range(u % 2, 12, 2)]
    record(events=[{"user_id": f"u{u}", "item_id": f"i{i}", "kind": "like"} for u, i in people])
    train(models={"ease": {}, "user_knn": {}}, evaluate=False)
    key = create_key(name="cases", scopes=["read", "write", "admin"])
    tried = attacked(key.secret, examples)
    writer.stop()
    return tried


if __name__ == "__main__":
    run("api_cases", benchmark, __doc__)
