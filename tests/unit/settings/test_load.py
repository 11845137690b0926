from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.errors import ConfigError
from aggregator.settings.load import load, load_with_origins


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "feeds.toml").write_text("")
    return tmp_path


def fault(folder: Path, text: str, environ: dict[str, str] | None = None) -> ConfigError:
    (folder / "aggregator.toml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        load(folder, environ or {})
    assert caught.value.exit_status == 2
    return caught.value


def test_a_folder_without_config_says_how_to_make_one(tmp_path: Path) -> None:
    for missing in (tmp_path, tmp_path / "none"):
        with pytest.raises(ConfigError, match="config init"):
            load(missing, {})


def test_values_come_from_file_and_environment(folder: Path) -> None:
    (folder / "aggregator.toml").write_text('[web]\nport = 81\n[fetch]\ntimeout = "20s"\n')
    environ = {
        "AGGREGATOR_WEB__PORT": "82",
        "AGGREGATOR_FETCH__ALLOW_PRIVATE_NETWORKS": '["127.0.0.0/8"]',
        "AGGREGATOR_MAIL__PASSWORD": "123",
        "AGGREGATOR_SHARED_DATA": "not a setting",
    }
    settings = load(folder, environ)
    assert settings.web.port == 82
    assert settings.fetch.timeout == timedelta(seconds=20)
    assert settings.fetch.allow_private_networks == ("127.0.0.0/8",)
    assert settings.mail.password == "123"


def test_the_database_variable_beats_every_other_way(folder: Path) -> None:
    (folder / "aggregator.toml").write_text('[database]\nurl = "sqlite:///one.db"\n')
    assert load(folder, {}).database.url == f"sqlite:///{folder}/one.db"
    environ = {"AGGREGATOR_DATABASE__URL": "sqlite:///two.db"}
    assert load(folder, environ).database.url == f"sqlite:///{folder}/two.db"
    environ["AGGREGATOR_DATABASE_URL"] = "postgresql://me@host/news"
    assert load(folder, environ).database.url == "postgresql://me@host/news"


def test_the_default_database_is_in_the_users_data_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "/data/of/mine")
    assert load(folder, {}).database.url == "sqlite:////data/of/mine/aggregator/aggregator.db"


def test_relative_database_paths_count_from_the_config_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder.parent)
    environ = {"AGGREGATOR_DATABASE_URL": "sqlite:///../news.db?mode=rw"}
    url = load(Path(folder.name), environ).database.url
    assert url == f"sqlite:///{folder.parent}/news.db?mode=rw"


def test_origins_name_file_line_and_variable(folder: Path) -> None:
    (folder / "aggregator.toml").write_text("# mine\n[web]\n\nport = 81\n")
    origins = load_with_origins(folder, {"AGGREGATOR_LOG__LEVEL": "debug"}).origins
    assert origins["web.port"] == f"{folder}/aggregator.toml:4"
    assert origins["log.level"] == "AGGREGATOR_LOG__LEVEL"
    assert origins["web.host"] == "default"


@pytest.mark.parametrize(
    ("text", "line", "column", "says"),
    [
        ("[web]\nport = \n", 2, 8, "Invalid value"),
        ("[web]\nport\n\n", 2, 5, "Expected '='"),
        ('[web]\nhosts = ["a",\n', 2, 14, "no TOML"),
        ("[web]\nprot = 80\n", 2, 1, "Did you mean 'port'?"),
        ("\n[webb]\nport = 80\n", 2, 1, "Did you mean 'web'?"),
        ('[web]\nport = "80"\n', 2, 8, "must be a whole number, not text"),
        ("[web]\nport = 99999\n", 2, 8, "less than or equal to 65535"),
        ('[log]\nlevel = "infos"\n', 2, 9, 'Did you mean "info"?'),
        ('[digest]\ntimezone = "Europe/Berln"\n', 2, 12, 'Did you mean "Europe/Berlin"?'),
        ('[cluster]\nwindow = "5m"\n', 2, 10, "at least 1h"),
        ('[cluster]\nwindow = "often"\n', 2, 10, "no duration"),
        ("[cluster]\nwindow = 5\n", 2, 10, "duration as text"),
        ('[web]\nhost = "0.0.0.0"\n', 1, 1, "password_hash"),
        ('[fetch]\nallow_private_networks = ["10.0.0.0/33"]\n', 2, 26, "CIDR"),
        ('[fetch]\nallow_private_networks = "10.0.0.0/8"\n', 2, 26, "a list in [brackets]"),
        ('database = { url = "mysql://x" }\n', 1, 12, "postgresql://"),
        ("web.port = true\n", 1, 12, "a whole number"),
    ],
)
def test_faults_name_line_column_and_what_was_meant(
    folder: Path, text: str, line: int, column: int, says: str
) -> None:
    error = fault(folder, text)
    assert (error.line, error.column) == (line, column)
    assert f"{folder}/aggregator.toml:{line}:{column}: " in str(error)
    assert says in str(error)


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("AGGREGATOR_WEB__PROT", "80", "Did you mean 'port'?"),
        ("AGGREGATOR_WEBB__PORT", "80", "Did you mean 'web'?"),
        ("AGGREGATOR_WEB__PORT", "eighty", "must be a whole number, not text"),
        ("AGGREGATOR_FETCH__ALLOW_PRIVATE_NETWORKS", "127.0.0.0/8", "must be a list"),
        ("AGGREGATOR_DATABASE_URL", "mysql://x", "postgresql://"),
        ("AGGREGATOR_MAIL__PASSWORD_FILE", "/none/such", "No such file"),
        ("AGGREGATOR_WEB__HOST", "0.0.0.0", "password_hash"),
    ],
)
def test_faults_in_the_environment_name_the_variable(
    folder: Path, variable: str, value: str, says: str
) -> None:
    error = fault(folder, "", {variable: value})
    assert variable.partition("__")[0] in str(error)
    assert says in str(error)


def test_every_fault_is_told_with_its_place(folder: Path) -> None:
    told = str(fault(folder, '[web]\nport = "a"\nhost = 1\nhots = 2\n')).splitlines()
    assert "aggregator.toml:2:8: 'web.port' must be" in told[0] + told[1] + told[2]
    assert sorted(line.rpartition("aggregator.toml:")[2][:4] for line in told) == [
        "2:8:",
        "3:8:",
        "4:1:",
    ]


def test_of_very_many_faults_the_first_ten_are_told(folder: Path) -> None:
    lines = "".join(f"x{number} = 1\n" for number in range(14))
    told = str(fault(folder, f"[web]\n{lines}")).splitlines()
    assert sum("there is no key" in line for line in told) == 10
    assert told[-1].strip() == "And 4 more."


def test_bytes_that_are_no_utf8_are_placed(folder: Path) -> None:
    (folder / "aggregator.toml").write_bytes(b'[web]\nhost = "\xe4"\n')
    with pytest.raises(ConfigError) as caught:
        load(folder, {})
    assert (caught.value.line, caught.value.column) == (2, 9)


def test_secrets_are_taken_from_files_that_variables_name(folder: Path) -> None:
    (folder / "secret").write_text("hush\n")
    (folder / "url").write_text("postgresql://me:hush@db/news\n")
    environ = {
        "AGGREGATOR_MAIL__PASSWORD_FILE": str(folder / "secret"),
        "AGGREGATOR_DATABASE_URL_FILE": str(folder / "url"),
    }
    settings = load(folder, environ)
    assert settings.mail.password == "hush"
    assert settings.database.url == "postgresql://me:hush@db/news"


def test_other_machines_are_let_in_by_a_password_or_a_proxy(folder: Path) -> None:
    environ = {"AGGREGATOR_WEB__HOST": "0.0.0.0", "AGGREGATOR_WEB__PASSWORD_HASH": "$argon2id$x"}
    assert load(folder, environ).web.host == "0.0.0.0"
    environ = {"AGGREGATOR_WEB__HOST": "::", "AGGREGATOR_WEB__TRUSTED_HEADER": "X-Remote-User"}
    assert load(folder, environ).web.host == "::"
    assert load(folder, {"AGGREGATOR_WEB__HOST": "::1"}).web.host == "::1"
