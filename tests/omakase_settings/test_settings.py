"""Settings: where each comes from, what beats what, what is refused, and what is never shown."""

import json
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from omakase.errors import ConfigError
from omakase_cli.boot import read_settings
from omakase_settings import Settings, names, nearest, reload_settings, settings, unknown_names

OTHERS = {
    "scopes": ("openid",),
    "exploration": 0.3,
    "level": "error",
    "allowed_hosts": ("shop.example",),
    "language": "ko",
    "keys": ("k" * 40,),
    "endpoint": "http://collector.example:4318",
    "url": "s3://models/house",
    "share": 0.5,
    "item_share": 0.5,
    "missing_share": 0.25,
    "dispatch": "celery",
    "gate": "better",
    "tolerance": 0.5,
    "roll_back_tolerance": 0.5,
    "click_rate": 0.5,
    "weekly_fall": 0.5,
    "coverage": 0.5,
    "catalog_fall": 0.5,
    "errors": 0.5,
    "cache_fall": 0.25,
    "security": "starttls",
    "sender": "Shop <news@shop.example>",
    "site_url": "https://recs.example",
    "item_url": "https://shop.example/{item_id}",
    "webhook_form": "slack",
    "maintenance": ("2026-12-01T00:00Z/2026-12-01T02:00Z",),
    "currency": "EUR",
    "target_click_rate": 0.5,
    "target_conversion_rate": 0.5,
    "target_availability": 0.5,
}
"""Values of settings that are neither any text nor any number nor a switch."""


def fields() -> list[tuple[str, object]]:
    """Every setting that is neither a topic nor a table, and its default."""
    made, found = Settings(), []
    for name in names():
        value = made
        for part in name.split("."):
            value = getattr(value, part)
        if not hasattr(type(value), "model_fields") and not isinstance(value, dict):
            found.append((name, value))
    return found


def another(name: str, default: object) -> object:
    """A valid value that is not the default."""
    last = name.rpartition(".")[2]
    if last in OTHERS:
        return OTHERS[last]
    if isinstance(default, bool):
        return not default
    if isinstance(default, int | float):
        return default + 7
    return ("https://a.example",) if isinstance(default, tuple) else "elsewhere"


def at(made: Settings, name: str) -> object:
    value: object = made
    for part in name.split("."):
        value = getattr(value, part)
    return value.get_secret_value() if isinstance(value, SecretStr) else value


def plain(value: object) -> object:
    """As a comparison likes it."""
    if isinstance(value, tuple):
        return tuple(v.get_secret_value() if isinstance(v, SecretStr) else v for v in value)
    return str(value) if isinstance(value, Path) else value


FIELDS = fields()


@pytest.fixture(autouse=True)
def alone(tmp_path, monkeypatch):
    """No file, no variable, nothing remembered."""
    monkeypatch.chdir(tmp_path)
    for name in names():
        monkeypatch.delenv(variable(name), raising=False)
    reload_settings()
    yield tmp_path
    reload_settings()


def variable(name: str) -> str:
    return f"OMAKASE_{name.upper().replace('.', '__')}"


def file(folder: Path, text: str, encoding: str = "utf-8") -> None:
    (folder / "omakase.toml").write_text(text, encoding=encoding)


@pytest.mark.parametrize(("name", "default"), FIELDS, ids=[name for name, _ in FIELDS])
def test_every_setting_is_read_from_the_environment_and_from_the_file(
    alone, monkeypatch, name, default
):
    value = another(name, default)
    topic, _, key = name.rpartition(".")
    written = json.dumps(value)
    file(alone, f"[{topic}]\n{key} = {written}\n" if topic else f"{key} = {written}\n")
    assert plain(at(settings(), name)) == value
    file(alone, "")
    reload_settings()
    monkeypatch.setenv(variable(name), written if isinstance(value, tuple) else str(value))
    assert plain(at(settings(), name)) == value


def test_placements_are_tables_in_the_file_and_json_in_the_environment(alone, monkeypatch):
    said = '[serving.placements.home]\nmodel = "ease"\nfilters = ["item.price < 3"]\n'
    file(alone, f'{said}[serving.placements.home.pins]\n1 = "i7"\n')
    home = settings().serving.placements["home"]
    assert (home.model, home.filters, home.pins) == ("ease", ("item.price < 3",), {1: "i7"})
    reload_settings()
    monkeypatch.setenv("OMAKASE_SERVING__PLACEMENTS", '{"cart": {"seen": "show"}}')
    assert settings().serving.placements["cart"].seen == "show"


@pytest.mark.parametrize(
    "said",
    [
        {"colour": "red"},
        {"model": "ease", "strategy": "rrf"},
        {"pins": {0: "a"}},
        {"caps": {"brand": 1.5}},
        {"diversity": 2},
        {"seen": "maybe"},
    ],
)
def test_a_placement_that_makes_no_sense_is_refused(said):
    with pytest.raises(ValidationError):
        Settings(serving={"placements": {"home": said}})


def test_arguments_beat_the_environment_which_beats_the_file(alone, monkeypatch):
    file(alone, '[web]\nport = 1\nworkers = 2\nhost = "c"\n')
    monkeypatch.setenv("OMAKASE_WEB__PORT", "11")
    monkeypatch.setenv("OMAKASE_WEB__WORKERS", "12")
    made = Settings(web={"port": 21})
    assert (made.web.port, made.web.workers, made.web.host) == (21, 12, "c")


@pytest.mark.parametrize(
    ("written", "models"),
    [
        ("ease", ("ease",)),
        ("ease,ials", ("ease", "ials")),
        (" ease , ials, ", ("ease", "ials")),
        ('["ease", "ials"]', ("ease", "ials")),
        ("", ("popular", "ease")),
    ],
)
def test_a_list_is_written_as_people_write_it(monkeypatch, written, models):
    monkeypatch.setenv("OMAKASE_TRAINING__MODELS", written)
    assert Settings().training.models == models


@pytest.mark.parametrize(
    "name", ["OMAKASE_WEB__PORT", "OMAKASE_DATABASE_URL", "OMAKASE_WEB__SECRET_KEY"]
)
def test_an_empty_variable_is_none(monkeypatch, name):
    monkeypatch.setenv(name, "")
    assert Settings() == Settings()
    assert (Settings().web.port, Settings().database_url, Settings().web.secret_key) == (
        *(8000, None, None),
    )


def test_an_empty_text_in_the_file_is_no_secret_and_no_database(alone):
    file(alone, 'database_url = ""\nredis_url = ""\n[web]\nsecret_key = ""\n')
    assert (Settings().database_url, Settings().redis_url, Settings().web.secret_key) == (
        *(None, None, None),
    )


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("OMAKASE_DATAFOLDER", "OMAKASE_DATA_FOLDER"),
        ("OMAKASE_SERVING__MAXN", "OMAKASE_SERVING__MAX_N"),
        ("OMAKASE_WEB__PROT", "OMAKASE_WEB__PORT"),
        ("omakase_web__prot", "OMAKASE_WEB__PORT"),
        ("OMAKASE_WEB_PORT", "OMAKASE_WEB__PORT"),
        ("OMAKASE_SERVING__POOL__X", "OMAKASE_SERVING__POOL"),
    ],
)
def test_a_misspelt_variable_is_refused_with_what_was_meant(monkeypatch, name, meant):
    monkeypatch.setenv(name, "1")
    with pytest.raises(ConfigError, match=rf"{name} \(did you mean {meant}\?\)"):
        read_settings()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[web]\nprot = 1", r"web\.prot: there is no such setting \(did you mean web\.port\?\)"),
        ("[wbe]\nport = 1", r"wbe: there is no such setting \(did you mean web\?\)"),
        ("xyzzy = 1", r"xyzzy: there is no such setting\."),
        ("web = 1", r"web: Input should be"),
        ("[web]\nport = 0", r"web\.port: .*greater than or equal to 1"),
        ("[web]\nport = 'a", r"omakase\.toml is not TOML in UTF-8"),
        ("[web]\nlanguage = 'fr'", r"web\.language: Input should be 'en' or 'ko'"),
        ("[serving]\nmax_n = 0\npool = 0", r"serving\.pool: .*; serving\.max_n: "),
    ],
)
def test_what_is_wrong_in_the_file_is_said_with_its_place(alone, text, said):
    file(alone, text)
    with pytest.raises(ConfigError, match=said):
        read_settings()


def test_a_file_of_another_editor(alone):
    file(alone, "# 설정\n[web]\nport = 1\n", encoding="utf-8-sig")
    assert Settings().web.port == 1
    file(alone, "# 설정\n[web]\nport = 1\n", encoding="cp949")
    with pytest.raises(ConfigError, match=r"omakase\.toml is not TOML in UTF-8"):
        read_settings()


def test_a_topic_that_is_no_json_is_refused(monkeypatch):
    monkeypatch.setenv("OMAKASE_WEB", "port=1")
    with pytest.raises(ConfigError, match='field "web"'):
        read_settings()
    monkeypatch.setenv("OMAKASE_WEB", '{"port": 1}')
    reload_settings()
    assert read_settings().web.port == 1


def test_no_secret_is_shown(monkeypatch):
    hidden = "correct-horse-battery-staple-and-more"
    secrets = {
        "database_url": f"postgresql://ann:{hidden}@db/shop",
        "redis_url": f"redis://:{hidden}@cache/0",
        "web": {"secret_key": hidden},
        "tokens": {"keys": (hidden,)},
    }
    made = Settings(**secrets)
    shown = (repr(made), str(made), made.model_dump_json(), str(made.model_dump()))
    assert not any(hidden in text for text in shown)
    assert made.database_url.get_secret_value() == secrets["database_url"]


@pytest.mark.parametrize("wrong", [{"tokens": {"keys": ("hunter2",)}}, {"database_url": 12345678}])
def test_no_secret_is_shown_where_it_is_refused(wrong):
    with pytest.raises(ValidationError) as caught:
        Settings(**wrong)
    assert "hunter2" not in str(caught.value)
    assert "12345678" not in str(caught.value)


def test_settings_do_not_change():
    with pytest.raises(ValidationError, match="frozen"):
        Settings().data_folder = Path("x")
    with pytest.raises(ValidationError, match="frozen"):
        Settings().web.port = 1


def test_variables_of_others_are_theirs():
    assert unknown_names({"PATH": "/", "MY_OMAKASE_X": "1", "OMAKASERY": "1"}) == []


def test_what_is_near_nothing_has_no_suggestion():
    assert nearest("xyzzy", names()) == ""
