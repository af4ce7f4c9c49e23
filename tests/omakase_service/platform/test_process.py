import os
import subprocess
import sys

import pytest

from omakase_service.platform.process import is_alive

COUNTED = """
import sys
sys.path[:0] = {paths!r}
from omakase_service.platform import metrics
metrics.events.labels("stored").inc(3)
import os
child = os.fork()
if not child:
    metrics.events.labels("stored").inc(4)
    os._exit(0)
os.waitpid(child, 0)
print(sorted(os.listdir({folder!r})))
print(metrics.text({{}}).decode())
"""


def test_a_forked_process_counts_for_itself_and_all_are_added(tmp_path):
    code = COUNTED.format(paths=[path for path in sys.path if path], folder=str(tmp_path))
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    files, *figures = done.stdout.splitlines()
    assert files.count("counter_") == 2
    assert 'omakase_events_total{outcome="stored"} 7.0' in figures


def test_is_alive_of_this_process_and_of_one_that_is_gone():
    assert is_alive(os.getpid())
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        pass
    assert not is_alive(child.pid)


@pytest.mark.skipif(sys.platform != "linux", reason="Linux says what a process is at")
def test_is_alive_of_a_process_that_nobody_has_waited_for_is_false():
    with subprocess.Popen([sys.executable, "-c", ""], stdout=subprocess.PIPE) as child:
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        assert not is_alive(child.pid)
