"""`omakase key revoke`"""

from typing import Annotated

import typer

from omakase_cli.boot import open_service
from omakase_cli.console import remark


def revoke(prefix: Annotated[str, typer.Argument(help="as `omakase key list` shows it")]) -> None:
    """End a key, at once and for ever.

    Example: `omakase key revoke 1a2b3c4d`
    """
    open_service()
    from omakase_service.platform.services import revoke_key

    revoke_key(prefix=prefix)
    remark(f"Key {prefix} is revoked.")
