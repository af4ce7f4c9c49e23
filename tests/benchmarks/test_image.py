"""What the benchmark of the image reads out of a container file, without making a root."""

import shlex

import pytest
from benchmarks import image

TEXT = """# first
FROM python:3.11-slim-bookworm AS build
RUN one \\
    && two
# between
COPY --from=build /a /b
CMD ["serve"]
"""


def test_instructions_put_lines_together_and_leave_comments_out():
    assert image.instructions(TEXT) == [
        ("FROM", "python:3.11-slim-bookworm AS build"),
        ("RUN", "one && two"),
        ("COPY", "--from=build /a /b"),
        ("CMD", '["serve"]'),
    ]


def test_step_of_every_instruction_of_our_file_is_known(tmp_path, monkeypatch):
    monkeypatch.setattr(image, "_run", lambda words: "")
    monkeypatch.setattr(image, "_lend_network", lambda root: None)
    stages = {"build": image.Stage(tmp_path / "build")}
    (tmp_path / "build/opt/omakase").mkdir(parents=True)
    stage = image.Stage(tmp_path / "last")
    for word, rest in image.instructions(image.CONTAINERFILE.read_text(encoding="utf-8")):
        if word != "FROM":
            image.step(word, rest, stage, stages)
    assert stage.user == "10001:10001"
    assert (stage.entry, stage.command) == (["omakase"], ["serve"])
    assert stage.env["PATH"].startswith("/opt/omakase/bin:/usr/local/sbin")
    assert stage.health[:2] == ["python", "-c"]
    assert (tmp_path / "last/opt/omakase").is_dir()


def test_step_of_an_unknown_instruction_is_refused(tmp_path):
    with pytest.raises(SystemExit, match="ONBUILD"):
        image.step("ONBUILD", "RUN x", image.Stage(tmp_path), {})


def test_within_drops_every_capability_and_mounts_the_root_read_only(tmp_path):
    stage = image.Stage(tmp_path, {"A": "b c"}, "10001:10001", "/data")
    script = image.within(stage, ["omakase", "key", "create", "it's"])[-1]
    assert "remount,bind,ro" in script
    assert "--bounding-set=-all" in script
    inner = shlex.split(script.rpartition(" sh -c ")[2])[0]
    assert inner.startswith("cd /data && exec env -i 'A=b c' omakase key create ")
