import json
import shlex

from omakase_cli.demo.requests import examples, show_requests


def test_each_line_is_one_that_a_shell_understands():
    shown = list(examples("http://127.0.0.1:8000/api", "omk_1_x", "it's me", "50"))
    assert len(shown) >= 4
    for example in shown:
        assert shlex.split(example.line) == list(example.words)
        assert "Authorization: Bearer omk_1_x" in example.words
        assert example.english
        assert any("가" <= letter <= "힣" for letter in example.korean)


def test_bodies_are_json_and_ids_are_kept():
    first = next(examples("http://x/api", "k", "it's me", "50"))
    assert json.loads(first.words[-1]) == {"user_id": "it's me", "n": 5}


def test_ids_in_paths_are_quoted():
    lines = [example.line for example in examples("http://x/api", "k", "u", "a/b c?")]
    assert any("/items/a%2Fb%20c%3F/similar" in line for line in lines)


def test_a_line_is_not_wrapped_or_marked_up(capsys):
    show_requests("::1", 8000, "omk_" + "x" * 200, user="1", item="[red]")
    lines = capsys.readouterr().out.splitlines()
    assert sum(line.startswith("curl ") for line in lines) == 4
    assert all(line.startswith(("curl ", "# ")) for line in lines)
    assert "http://[::1]:8000/api" in lines[1]
