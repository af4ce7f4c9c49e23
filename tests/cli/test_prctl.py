"""What a process says of itself."""

import subprocess
import sys

import pytest


@pytest.mark.skipif(sys.platform != "linux", reason="the names of processes are Linux's")
def test_name_process_is_what_the_system_calls_it():
    code = "from omakase_cli.prctl import name_process as name; name('omakase-jobs'); "
    words = [sys.executable, "-c", code + "print(open('/proc/self/comm').read())"]
    assert subprocess.check_output(words, text=True).strip() == "omakase-jobs"
