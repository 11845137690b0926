"""Settings: aggregator.toml, overridden by the environment."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from aggregator.errors import ConfigError
from aggregator.settings.faults import config_error, describe, nearest, read_text, read_toml
from aggregator.settings.places import place
from aggregator.settings.schema import Settings, sections

SETTINGS_FILE = "aggregator.toml"
FEEDS_FILE = "feeds.toml"
DATABASE_VARIABLE = "AGGREGATOR_DATABASE_URL"
_PREFIX = "AGGREGATOR_"
_IN_FILE = "_file"


@dataclass(frozen=True, slots=True)
class Loaded:
    """Settings with what `config show` tells beside them.

    ``origins`` maps ``section.key`` to where its value comes from: ``default``, a file with its
    line, or a variable.
    """

    settings: Settings
    origins: Mapping[str, str]


def load(config_dir: Path, environ: Mapping[str, str]) -> Settings:
    """The settings in force for a config folder.

    Raises:
        ConfigError: the folder or the file is not there or is wrong, or a variable is.
    """
    return _load(config_dir, environ)[0]


def load_if_there(config_dir: Path, environ: Mapping[str, str]) -> Settings:
    """As `load`; where there is no config, the defaults under the environment's overrides."""
    return _load(config_dir, environ, required=False)[0]


def load_with_origins(config_dir: Path, environ: Mapping[str, str]) -> Loaded:
    """As `load`, with where each value comes from."""
    settings, text, values, overrides = _load(config_dir, environ)
    origins: dict[str, str] = {}
    for section, model in sections().items():
        for key in model.model_fields:
            name = f"{section}.{key}"
            if name in overrides:
                origins[name] = overrides[name][0]
            elif values.get(section, {}).get(key, "") != "":
                line = (place(text, (section, key)) or (0, 0))[0]
                origins[name] = f"{config_dir / SETTINGS_FILE}:{line}"
            else:
                origins[name] = "default"
    return Loaded(settings, origins)


def require_folder(config_dir: Path) -> None:
    """Raises `ConfigError` where a folder holds no config."""
    if not any((config_dir / name).is_file() for name in (SETTINGS_FILE, FEEDS_FILE)):
        there = "holds no aggregator.toml" if config_dir.is_dir() else "is not there"
        raise ConfigError(
            f"the config folder {there}",
            file=config_dir,
            hint="Run `aggregator config init` to make one, or name another with --config DIR.",
        )


def secret_files(environ: Mapping[str, str]) -> tuple[Path, ...]:
    """The files that variables name for their values to be read from."""
    named = (f"{DATABASE_VARIABLE}{_IN_FILE.upper()}", *sorted(environ))
    return tuple(
        Path(environ[variable])
        for variable in dict.fromkeys(named)
        if environ.get(variable) and _names_file(variable)
    )


def _names_file(variable: str) -> bool:
    if variable == f"{DATABASE_VARIABLE}{_IN_FILE.upper()}":
        return True
    section, _, key = variable.removeprefix(_PREFIX).lower().partition("__")
    model = sections().get(section)
    return (
        variable.startswith(_PREFIX)
        and model is not None
        and key not in model.model_fields
        and key.removesuffix(_IN_FILE) in model.model_fields
    )


Overrides = dict[str, tuple[str, Any]]
"""``section.key`` → the variable that sets it, and the value it sets."""


def _load(
    config_dir: Path, environ: Mapping[str, str], *, required: bool = True
) -> tuple[Settings, str, dict[str, Any], Overrides]:
    if required:
        require_folder(config_dir)
    path = config_dir / SETTINGS_FILE
    text = read_text(path) if path.is_file() else ""
    values = read_toml(text, path)
    known: dict[str, Any] = {name: tuple(model.model_fields) for name, model in sections().items()}
    known[""] = tuple(known)
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        raise config_error(error, text=text, path=path, known=known) from error

    overrides = _overrides(environ, known)
    for section, model in sections().items():
        changes = {key: overrides[name] for name in overrides for key in _key_of(name, section)}
        if not changes:
            continue
        now = dict(getattr(settings, section)) | {key: value for key, (_, value) in changes.items()}
        try:
            settings = settings.model_copy(update={section: model.model_validate(now)})
        except ValidationError as error:
            fault = error.errors(include_url=False)[0]
            blamed = str(fault["loc"][0]) if fault["loc"] else ""
            variable = changes[blamed][0] if blamed in changes else f"{_PREFIX}{section.upper()}"
            message, hint = describe(fault, known, name=variable)
            raise ConfigError(message, file="environment", hint=hint) from error
    url = absolute_database(settings.database.url, config_dir)
    database = settings.database.model_copy(update={"url": url})
    return settings.model_copy(update={"database": database}), text, values, overrides


def _overrides(environ: Mapping[str, str], known: Mapping[str, Any]) -> Overrides:
    overrides: Overrides = {}
    for variable in sorted(environ):
        section, separator, key = variable.removeprefix(_PREFIX).partition("__")
        if not variable.startswith(_PREFIX) or not separator:
            continue
        section, key, text = section.lower(), key.lower(), environ[variable]
        if section not in sections():
            hint = nearest(section, known[""])
            raise ConfigError(f"{variable}: there is no section {section!r}", hint=hint)
        if key not in known[section] and key.removesuffix(_IN_FILE) in known[section]:
            key, text = key.removesuffix(_IN_FILE), _secret(variable, text)
        if key not in known[section]:
            hint = nearest(key, known[section])
            raise ConfigError(f"{variable}: {section!r} has no key {key!r}", hint=hint)
        overrides[f"{section}.{key}"] = variable, _value(section, key, text)
    variable = f"{DATABASE_VARIABLE}{_IN_FILE.upper()}"
    if environ.get(variable):
        overrides["database.url"] = variable, _secret(variable, environ[variable])
    if environ.get(DATABASE_VARIABLE):
        overrides["database.url"] = DATABASE_VARIABLE, environ[DATABASE_VARIABLE]
    return overrides


def _key_of(name: str, section: str) -> tuple[str, ...]:
    """The key in ``section.key``, if it is of this section."""
    head, _, key = name.partition(".")
    return (key,) if head == section else ()


def _secret(variable: str, path: str) -> str:
    """What stands in a file that a variable names, without the line's end (systemd, Docker)."""
    try:
        return Path(path).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no UTF-8"
        raise ConfigError(f"{variable}: {path} cannot be read: {reason}") from error


def _value(section: str, key: str, text: str) -> Any:
    """A variable's value in the shape its setting has: text as it is, all else as JSON."""
    default = sections()[section].model_fields[key].default
    if isinstance(default, bool):
        return {"true": True, "1": True, "false": False, "0": False}.get(text.lower(), text)
    if isinstance(default, int | float | tuple):
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text


def absolute_database(url: str, config_dir: Path) -> str:
    """The address with an SQLite path made absolute; the default where it is empty.

    The slashes are SQLAlchemy's: three and a relative path, or four for an absolute one.
    """
    if not url:
        return f"sqlite:///{_user_folder() / 'aggregator.db'}"
    scheme, separator, rest = url.partition(":///")
    if not scheme.startswith("sqlite") or not separator or rest.startswith(("/", ":", "file:")):
        return url
    path, mark, query = rest.partition("?")
    return f"{scheme}:///{(config_dir.absolute() / path).resolve()}{mark}{query}" if path else url


def data_folder(settings: Settings) -> Path:
    """Where this installation keeps what is its own: beside its SQLite database, if it has one."""
    scheme, _, rest = settings.database.url.partition(":///")
    if scheme.startswith("sqlite"):
        return Path(rest.partition("?")[0]).parent
    return _user_folder()


def _user_folder() -> Path:
    from platformdirs import user_data_path

    return user_data_path("aggregator", appauthor=False)
