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
    for name, (variable, value) in overrides.items():
        section, _, key = name.partition(".")
        values_now = getattr(settings, section).model_dump()
        try:
            changed = sections()[section].model_validate(values_now | {key: value})
        except ValidationError as error:
            message, hint = describe(error.errors(include_url=False)[0], known, name=variable)
            raise ConfigError(message, file="environment", hint=hint) from error
        settings = settings.model_copy(update={section: changed})
    url = absolute_database(settings.database.url, config_dir)
    database = settings.database.model_copy(update={"url": url})
    return settings.model_copy(update={"database": database}), text, values, overrides


def _overrides(environ: Mapping[str, str], known: Mapping[str, Any]) -> Overrides:
    overrides: Overrides = {}
    for variable in sorted(environ):
        section, separator, key = variable.removeprefix(_PREFIX).partition("__")
        if not variable.startswith(_PREFIX) or not separator:
            continue
        section, key = section.lower(), key.lower()
        if section not in sections():
            hint = nearest(section, known[""])
            raise ConfigError(f"{variable}: there is no section {section!r}", hint=hint)
        if key not in known[section]:
            hint = nearest(key, known[section])
            raise ConfigError(f"{variable}: {section!r} has no key {key!r}", hint=hint)
        overrides[f"{section}.{key}"] = variable, _value(section, key, environ[variable])
    if environ.get(DATABASE_VARIABLE):
        overrides["database.url"] = DATABASE_VARIABLE, environ[DATABASE_VARIABLE]
    return overrides


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
        from platformdirs import user_data_path

        return f"sqlite:///{user_data_path('aggregator', appauthor=False) / 'aggregator.db'}"
    scheme, separator, rest = url.partition(":///")
    if not scheme.startswith("sqlite") or not separator or rest.startswith(("/", ":", "file:")):
        return url
    path, mark, query = rest.partition("?")
    return f"{scheme}:///{(config_dir.absolute() / path).resolve()}{mark}{query}" if path else url
