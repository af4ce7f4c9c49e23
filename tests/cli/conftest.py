from collections.abc import Callable

import pytest
from typer.testing import CliRunner, Result

from omakase_cli.main import app


@pytest.fixture
def omakase() -> Callable[..., Result]:
    """Runs the command line: `omakase("models", "--json")`."""
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])
