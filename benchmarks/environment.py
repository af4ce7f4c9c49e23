"""In which processes of a benchmark or a test run: with nothing of what holds around them."""

import os
from pathlib import Path

SOURCE = Path(__file__).parent.parent / "src"
OURS = ("OMAKASE_", "DJANGO_")


def environment_of(folder: Path | str, **settings: str) -> dict[str, str]:
    """This process's environment on a data folder, with these settings alone.

    Nothing is trained by itself, so that no version changes meanwhile, at three o'clock either.

    Args:
        folder: the data folder.
        settings: environment variables; they come before all others.
    """
    around = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    own = {
        "OMAKASE_DATA_FOLDER": str(folder),
        "OMAKASE_TRAINING__SCHEDULE": "",
        "PYTHONPATH": str(SOURCE),
    }
    return around | own | settings
