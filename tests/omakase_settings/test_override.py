"""Settings are read once; a block may have others."""

import threading

import pytest

from omakase_settings import Settings, override, reload_settings, settings


@pytest.fixture(autouse=True)
def alone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    reload_settings()
    yield
    reload_settings()


def on_port(port: int) -> Settings:
    return Settings(web={"port": port})


def test_settings_are_read_once_until_they_are_to_be_read_anew(monkeypatch):
    first = settings()
    monkeypatch.setenv("OMAKASE_WEB__PORT", "1234")
    assert settings() is first
    reload_settings()
    assert settings().web.port == 1234


def test_override_holds_for_its_block_alone():
    before = settings()
    with override(on_port(1)) as inside:
        assert settings() is inside
        assert settings().web.port == 1
    assert settings() is before


def test_override_within_another_goes_before_it_and_gives_way_to_it():
    with override(on_port(1)):
        with override(on_port(2)):
            assert settings().web.port == 2
        assert settings().web.port == 1


def test_override_ends_where_its_block_fails():
    before = settings()
    with pytest.raises(ZeroDivisionError), override(on_port(1)):
        raise ZeroDivisionError
    assert settings() is before


def test_override_holds_in_every_thread():
    seen = []
    with override(on_port(7)):
        thread = threading.Thread(target=lambda: seen.append(settings().web.port))
        thread.start()
        thread.join()
    assert seen == [7]


def test_override_is_not_undone_by_reading_anew():
    with override(on_port(3)):
        reload_settings()
        assert settings().web.port == 3


def test_two_blocks_that_end_out_of_turn_leave_nothing_behind():
    before = settings()
    first, second = override(on_port(1)), override(on_port(2))
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert settings().web.port == 2
    second.__exit__(None, None, None)
    assert settings() is before


def test_misspelt_variables_are_all_named_at_once(monkeypatch):
    monkeypatch.setenv("OMAKASE_WEB__PROT", "1")
    monkeypatch.setenv("OMAKASE_QQQQ", "1")
    with pytest.raises(ValueError) as caught:
        settings()
    assert str(caught.value) == (
        "no such settings: OMAKASE_QQQQ, OMAKASE_WEB__PROT (did you mean OMAKASE_WEB__PORT?)"
    )


def test_misspelt_variable_that_is_taken_away_is_forgotten(monkeypatch):
    monkeypatch.setenv("OMAKASE_WEB__PROT", "1")
    with pytest.raises(ValueError, match="PROT"):
        settings()
    monkeypatch.delenv("OMAKASE_WEB__PROT")
    assert settings().web.port == Settings().web.port
