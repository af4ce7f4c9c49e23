"""Work in a process of its own: what it refuses, how it ends."""

import os
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
