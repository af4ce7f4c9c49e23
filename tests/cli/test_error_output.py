import pytest
import typer
from typer.testing import CliRunner

from omakase import errors
from omakase_cli.error_output import FAILED, PlainErrors, way_out
from omakase_service.platform.exceptions import NotFound


@pytest.fixture
def failing() -> typer.Typer:
    app = typer.Typer(cls=PlainErrors, pretty_exceptions_enable=False)

    @app.command()
    def expected() -> None:
        raise errors.UnreadableFile("x.csv: [there] is no such file")

    @app.command()
    def unexpected() -> None:
        raise ZeroDivisionError

    return app


def test_an_expected_error_is_a_sentence_with_the_way_out(failing):
    result = CliRunner().invoke(failing, ["expected"])
    assert result.exit_code == FAILED
    assert "x.csv: [there] is no such file" in result.stderr
    assert "omakase data list" in result.stderr
    assert "Traceback" not in result.output
    assert result.stdout == ""


def test_a_defect_is_not_hidden(failing):
    assert isinstance(CliRunner().invoke(failing, ["unexpected"]).exception, ZeroDivisionError)


def test_the_nearest_way_out_wins():
    assert "data validate" in way_out(errors.EmptyData("none"))
    assert way_out(errors.Cancelled("stopped")) == ""


def test_what_the_service_refuses_is_a_sentence_too():
    app = typer.Typer(cls=PlainErrors, pretty_exceptions_enable=False)

    @app.command()
    def refused() -> None:
        raise NotFound("no such key")

    @app.callback()
    def group() -> None:
        """Makes a group of one command."""

    result = CliRunner().invoke(app, ["refused"])
    assert result.exit_code == FAILED
    assert "no such key" in result.stderr


def test_a_file_that_cannot_be_written_is_a_sentence_and_a_defect_is_not(tmp_path):
    app = typer.Typer(cls=PlainErrors, pretty_exceptions_enable=False)

    @app.command()
    def write() -> None:
        (tmp_path / "no" / "file").write_text("x")

    @app.command()
    def nameless() -> None:
        raise OSError("out of handles")

    result = CliRunner().invoke(app, ["write"])
    assert result.exit_code == FAILED
    assert "no/file: No such file or directory" in result.stderr
    assert isinstance(CliRunner().invoke(app, ["nameless"]).exception, OSError)


@pytest.mark.parametrize(("kind", "advised"), [("model", True), ("format", False)])
def test_models_are_listed_for_who_asked_for_one(kind, advised):
    assert bool(way_out(errors.UnknownName(kind, "x", ["a", "b"]))) is advised
