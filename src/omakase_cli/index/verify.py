"""`omakase index verify`"""

from typing import Annotated

import typer

from omakase_cli.console import remark, show_json
from omakase_cli.error_output import REMARKS
from omakase_cli.index.opened import check_line, open_version, people


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
    opened_version = open_version(version)
    from omakase.build.index import check_index

    names = [name] if name else list(opened_version.indexes)
    asking = people(opened_version)
    checks = {
        index_name: check_index(opened_version, index_name, asking, k=k) for index_name in names
    }
    good = {n: c.complete and c.quality.recall >= recall for n, c in checks.items()}
    if json:
        show_json({n: {"good": good[n], **c.metrics()} for n, c in checks.items()})
    else:
        for each, checked in checks.items():
            remark(
                f"Index {each} is {'good' if good[each] else 'NOT good'}: {check_line(checked)}."
            )
        if not checks:
            remark(f"Version {opened_version.name} has no index.")
    if not all(good.values()):
        raise typer.Exit(REMARKS)
