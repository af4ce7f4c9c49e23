import json
import platform

from omakase_cli.version import installed


def test_the_version_and_what_it_stands_on(omakase):
    found = json.loads(omakase("version", "--json").stdout)
    assert found["python"] == platform.python_version()
    assert found["numpy"]


def test_people_see_a_line_each(omakase):
    assert f"python {platform.python_version()}" in omakase("version").stdout.splitlines()


def test_what_is_not_there_is_none():
    assert installed("no-such-package-anywhere") is None
