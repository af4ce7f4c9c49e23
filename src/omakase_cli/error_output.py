"""Errors in plain words: one red sentence with the way out, and an exit code; no traceback."""

from typing import Any

import typer
from typer.core import TyperGroup

from omakase import errors
from omakase_cli.console import err, remark
from omakase_service.platform.exceptions import NotReady, ServiceError

FAILED = 1
REMARKS = 3
"""Exit code of work that was done, with something to look at: refused rows, findings."""

WAY_OUT: dict[type[Exception], str] = {
    NotReady: "Train one: `omakase train`.",
    errors.OnlyRepeats: "People take the same again here: count that, by --repeats.",
    errors.EmptyData: "Give a file or folder with events; `omakase data validate PATH` shows why.",
    errors.UnreadableFile: "`omakase data list` shows the layouts and formats that can be read.",
    errors.MissingColumns: (
        "Name them: --map user_id=THEIR_NAME --map item_id=THEIR_NAME; where no line names the "
        "columns: --no-header --columns user_id,item_id,…. `omakase data layouts` shows what is "
        "known."
    ),
    errors.UnknownIds: "`omakase data import PATH` brings in a catalog and its events.",
    errors.UnknownName: "`omakase models` lists every model.",
    errors.ArtifactError: "Train again: `omakase train`.",
    errors.TooLarge: "Choose a smaller model, fewer items, or a machine with more memory.",
}


def way_out(error: Exception) -> str:
    """What to do about an error; empty where nothing better than its message is known."""
    if isinstance(error, errors.UnknownName) and "model" not in error.kind:
        return ""
    return next((WAY_OUT[cls] for cls in type(error).__mro__ if cls in WAY_OUT), "")


class PlainErrors(TyperGroup):
    """Commands whose expected errors are told, not thrown."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except (errors.OmakaseError, ServiceError) as error:
            _tell(str(error))
            if advice := way_out(error):
                remark(advice)
            raise typer.Exit(FAILED) from error
        except OSError as error:
            if error.filename is None:
                raise
            _tell(f"{error.filename}: {error.strerror}")
            raise typer.Exit(FAILED) from error


def _tell(sentence: str) -> None:
    err().print(sentence, style="red", markup=False)
