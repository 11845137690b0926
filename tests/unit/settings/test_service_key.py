"""The service's own key: made once, its owner's alone, or named by the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from aggregator.errors import ConfigError
from aggregator.settings.service_key import FILE, VARIABLE, service_key


def test_a_key_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    key = service_key({}, folder)
    assert len(key) == 64
    assert service_key({}, folder) == key
    assert (folder / FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in folder.iterdir()] == [FILE]
    assert service_key({}, tmp_path / "other") != key


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    service_key({}, tmp_path)
    (tmp_path / FILE).chmod(0o644)
    with pytest.raises(ConfigError, match="read by others") as refused:
        service_key({}, tmp_path)
    assert "chmod 600" in str(refused.value.hint)


def test_the_environment_names_a_key_or_its_file(tmp_path: Path) -> None:
    file = tmp_path / "shared"
    file.write_text("a key that is long enough\n")
    assert service_key({f"{VARIABLE}_FILE": str(file)}, tmp_path) == b"a key that is long enough"
    assert service_key({VARIABLE: "x" * 40}, tmp_path) == b"x" * 40
    assert not (tmp_path / FILE).exists()


@pytest.mark.parametrize("environ", [{VARIABLE: "short"}, {f"{VARIABLE}_FILE": "/no/such/file"}])
def test_what_is_wrong_is_said_without_quoting_it(environ: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        service_key(environ, tmp_path)
    assert "short" not in str(refused.value).replace("at least", "")


def test_where_no_file_can_be_written_the_key_lasts_as_long_as_the_process(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    assert len(service_key({}, tmp_path / "data" / "deeper")) == 32
