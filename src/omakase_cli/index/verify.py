"""`omakase index verify`"""

from typing import Annotated

import typer

from omakase_cli.console import remark, show_json
from omakase_cli.error_output import REMARKS
from omakase_cli.index.opened import opened, people, said


def verify(
    name: Annotated[str | None, typer.Argument(help="of the index; by itself all of them")] = None,
    version: Annotated[str | None, typer.Option(help="name; by itself the live one")] = None,
    recall: Annotated[float, typer.Option(help="less than this is worth a remark")] = 0.9,
    k: Annotated[int, typer.Option(help="items looked for")] = 100,
    json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """Count the vectors of an index where they are, and compare its answers with brute force.

    Exit code 3 where vectors are missing or too little is found.

    Example: `omakase index verify ials`
    """
    found = opened(version)
    from omakase.build.index import verified

    names = [name] if name else list(found.indexes)
    asking = people(found)
    checks = {each: verified(found, each, asking, k=k) for each in names}
    good = {n: c.complete and c.quality.recall >= recall for n, c in checks.items()}
    if json:
        show_json({n: {"good": good[n], **c.metrics()} for n, c in checks.items()})
    else:
        for each, checked in checks.items():
            remark(f"Index {each} is {'good' if good[each] else 'NOT good'}: {said(checked)}.")
        if not checks:
            remark(f"Version {found.name} has no index.")
    if not all(good.values()):
        raise typer.Exit(REMARKS)
