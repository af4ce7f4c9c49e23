"""A real MariaDB, which speaks as MySQL does, where the system has its package; for tests."""

import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import sqlalchemy as sa
from tests.patience import PATIENCE_SECONDS

PATH = "/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin"
SERVER = shutil.which("mariadbd", path=PATH)
INSTALLER = shutil.which("mariadb-install-db", path=PATH)
ITS_HELP = shutil.which("my_print_defaults", path=PATH)


def is_installed() -> bool:
    """Whether one can be started here."""
    return None not in (SERVER, INSTALLER, ITS_HELP)


class MysqlServer:
    """Of a folder and a port of its own, with an empty database `shop`; stopped with its folder."""

    def __init__(self) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="omakase-mysql-")
        place = Path(self.folder.name)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        data = ["--no-defaults", f"--datadir={place / 'data'}", "--user=root"]
        subprocess.run(
            [str(INSTALLER), *data, "--auth-root-authentication-method=normal", "--skip-test-db"],
            check=True,
            capture_output=True,
        )
        where = [f"--socket={place / 'sock'}", f"--port={port}", "--bind-address=127.0.0.1"]
        small = ["--innodb-buffer-pool-size=16M", "--skip-log-bin", "--skip-name-resolve"]
        self.process = subprocess.Popen(
            [str(SERVER), *data, *where, *small, f"--pid-file={place / 'pid'}"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.url = f"mysql+pymysql://root@127.0.0.1:{port}/shop"
        self._create_database(f"mysql+pymysql://root@127.0.0.1:{port}/")

    def _create_database(self, url: str) -> None:
        engine = sa.create_engine(url)
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                with engine.begin() as line:
                    line.execute(sa.text("CREATE DATABASE shop CHARACTER SET utf8mb4"))
                return
            except sa.exc.OperationalError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)
            finally:
                engine.dispose()

    def stop(self) -> None:
        """End it, and remove its folder."""
        self.process.terminate()
        self.process.wait(PATIENCE_SECONDS)
        self.folder.cleanup()
