"""Several commands on a folder that is still empty: each finds the tables it needs."""

import subprocess

from tests.journeys.conftest import COMMAND, House
from tests.patience import PATIENCE_SECONDS


def test_commands_that_start_together_do_not_stumble_over_each_other(tmp_path):
    house = House(tmp_path, 0)
    words = [*COMMAND, "key", "create"]
    started = [
        subprocess.Popen(
            [*words, f"shop-{n}", "--json"],
            env=house.environment,
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for n in range(3)
    ]
    for each in started:
        _, said = each.communicate(timeout=PATIENCE_SECONDS)
        assert each.returncode == 0, said
    assert house.omakase("key", "list").count("shop-") == 3
