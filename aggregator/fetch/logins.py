"""Passwords and certificates: out of the environment, and into nothing that is shown."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from aggregator.errors import ConfigError
from aggregator.fetch.options import ClientCertificate

LOGINS = "AGGREGATOR_FETCH_LOGINS"
"""``{"host": "user:password"}``, or a file of that named by the variable with ``_FILE``."""

CERTIFICATES = "AGGREGATOR_FETCH_CERTIFICATES"
"""``{"host": "/path/to.pem"}``: PEM files that hold a certificate and its key."""

SECRETS = "AGGREGATOR_FETCH_SECRETS"
"""``{"name": "text"}``: what the headers of feeds name as ``${name}``; never in the database."""


def logins(environ: Mapping[str, str]) -> Mapping[str, str]:
    """``user:password`` by host name. Raises `ConfigError`, which never quotes what it read."""
    found = _table(environ, LOGINS)
    for host, login in found.items():
        if ":" not in login:
            raise ConfigError(f"{LOGINS}: what stands for {host} is not user:password")
    return found


def certificates(environ: Mapping[str, str]) -> Mapping[str, ClientCertificate]:
    """Client certificates by host name. Raises `ConfigError`."""
    found = {host: Path(path) for host, path in _table(environ, CERTIFICATES).items()}
    for host, path in found.items():
        if not path.is_file():
            raise ConfigError(f"{CERTIFICATES}: there is no file {path} (for {host})")
    return {host: ClientCertificate(certificate=path) for host, path in found.items()}


def secrets(environ: Mapping[str, str]) -> Mapping[str, str]:
    """Secrets by lower-case name. Raises `ConfigError`."""
    found = _table(environ, SECRETS)
    for name, held in found.items():
        if not held.isprintable():
            raise ConfigError(f"{SECRETS}: what stands for {name} holds a control character")
    return found


def _table(environ: Mapping[str, str], variable: str) -> Mapping[str, str]:
    """Texts by lower-case host or name."""
    text = environ.get(variable)
    if not text and (path := environ.get(f"{variable}_FILE")):
        try:
            text = Path(path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"{variable}_FILE: {path} cannot be read") from error
    if not text:
        return {}
    try:
        table = json.loads(text)
    except ValueError:
        table = None
    if not isinstance(table, dict) or not all(isinstance(held, str) for held in table.values()):
        raise ConfigError(
            f"{variable}: this is no JSON object of texts", hint='As in {"example.org": "…"}.'
        )
    return {host.lower(): held for host, held in table.items()}
