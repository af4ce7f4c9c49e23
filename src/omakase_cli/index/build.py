"""`omakase index build`"""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from omakase.errors import ConfigError
from omakase_cli.console import progress, remark, show_json
from omakase_cli.index.opened import check_line, open_version, people, public_knobs
from omakase_cli.trainable import value_of

if TYPE_CHECKING:
    from omakase.artifacts.version import Version, VersionPart


def build(
    model: Annotated[str, typer.Argument(help="a model with vectors: ials, bpr, sasrec, …")],
    kind: Annotated[
        str,
        typer.Option(
            help="exact, faiss_flat, faiss_ivf, faiss_hnsw, faiss_sq, faiss_pq, qdrant, pgvector"
        ),
    ] = "faiss_ivf",
    knobs: Annotated[
        list[str] | None, typer.Option("--set", help="KNOB=VALUE of the index; may be repeated")
    ] = None,
    version: Annotated[str | None, typer.Option(help="name; by itself the live one")] = None,
    recall: Annotated[float, typer.Option(help="what decides how far is looked")] = 0.95,
    k: Annotated[int, typer.Option(help="items looked for when recall is measured")] = 100,
    promote: Annotated[bool, typer.Option(help="make the new version live")] = True,
    json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """Build an index over a model's vectors; a new version asks it instead of scoring every item.

    Vectors go to Qdrant or pgvector in batches, tried again and taken up where they broke off.
    They are counted, and searches are compared with brute force, before anything is switched.

    Example: `omakase index build ials --kind faiss_hnsw --recall 0.98`
    """
    opened_version = open_version(version)
    import numpy as np

    from omakase.build.index import IndexPlan, built

    plan = IndexPlan(model=model, kind=kind, knobs=pairs(knobs or []), least=recall, k=k)
    with progress(f"index {model}") as hear:
        part, checked = built(
            opened_version,
            plan,
            people(opened_version),
            rng=np.random.default_rng(0),
            progress=hear,
        )
    name = add_version(opened_version, model, part, promote)
    if json:
        summary = {"version": name, "index": model, "kind": kind, "live": promote}
        knobs_shown = public_knobs(part.config.model_dump(mode="json"))
        show_json({**summary, "knobs": knobs_shown, **checked.metrics()})
        return
    remark(f"Index {model}: {check_line(checked)}, built in {checked.seconds:.1f} s.")
    if checked.quality.recall < recall:
        remark(f"That is less than {recall}: try another --kind, or more of its knobs.")
    remark(f"Version {name} has it" + (" and is live." if promote else "."))


def pairs(texts: Sequence[str]) -> dict[str, Any]:
    """Knobs of an index, as they are written.

    Raises:
        ConfigError: one is not KNOB=VALUE.
    """
    pairs_by_name = {}
    for text in texts:
        knob, equals, value = text.partition("=")
        if not (knob and equals):
            raise ConfigError(f"--set {text}: write it as KNOB=VALUE, such as lists=1000")
        pairs_by_name[knob] = value_of(value)
    return pairs_by_name


def add_version(version: "Version", model: str, part: "VersionPart", promote: bool) -> str:
    """The new version, in the table and on the disk."""
    from omakase.build.index import through
    from omakase.registry import version_store
    from omakase_service.training.versions import add_version

    def make(folder: Path) -> str:
        version_made = version_store(folder).with_index(
            version,
            model,
            part,
            pipelines=through(version, model),
            created=datetime.now(UTC),
        )
        return version_made.name

    return add_version(like=version.name, make=make, promote=promote).name
