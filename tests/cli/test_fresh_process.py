"""Work in a process of its own: what it refuses, how it ends."""

import os
import subprocess
import sys
from functools import partial

import pytest

from omakase.errors import ConfigError
from omakase_cli.fresh_process import run_apart


def refuse(words: str) -> None:
    raise ConfigError(words)


def test_run_apart_work_done_returns(tmp_path):
    run_apart((tmp_path / "file").touch)
    assert (tmp_path / "file").exists()


def test_run_apart_refusal_is_raised_here_in_its_words():
    with pytest.raises(ConfigError, match="port 8000 is taken"):
        run_apart(partial(refuse, "port 8000 is taken"))


def test_run_apart_process_that_died_ends_this_one_likewise():
    with pytest.raises(SystemExit) as end:
        run_apart(partial(os._exit, 7))
    assert end.value.code == 7


FORKING = """
import sys, threading
from omakase_cli.fresh_process import lean_context, may_fork, share_imports
ways = [lean_context().get_start_method()]
share_imports()
ways += [lean_context().get_start_method(), "django" in sys.modules]
from django.db import connection
connection.ensure_connection()
ways += [may_fork()]
connection.close()
ways += [may_fork()]
end = threading.Event()
threading.Thread(target=end.wait).start()
ways += [may_fork(), lean_context().get_start_method()]
end.set()
print(*ways)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere processes are begun afresh")
def test_lean_context_forks_unless_a_thread_or_a_connection_is_open(tmp_path):
    environment = os.environ | {"OMAKASE_DATA_FOLDER": str(tmp_path)}
    words = [sys.executable, "-c", FORKING]
    output = subprocess.run(words, env=environment, capture_output=True, text=True, check=True)
    assert output.stdout.split() == ["fork", "fork", "True", "False", "True", "False", "spawn"]
