"""The service's own key: secrets are made from it or sealed with it, so that none is stored."""

from __future__ import annotations

import logging
import os
import secrets
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from aggregator.errors import ConfigError

log = logging.getLogger(__name__)

VARIABLE = "AGGREGATOR_SERVICE_KEY"
"""The key itself, or with ``_FILE`` a file that holds it; for several machines to share one."""

FILE = "service.key"
_SHORTEST = 16


def service_key(environ: Mapping[str, str], folder: Path) -> bytes:
    """The key that the environment names, else the one in a file of this folder, made if needed.

    The file is its owner's alone. Where none can be written the key lasts as long as the process.

    Raises:
        ConfigError: the key is too short, or others may read its file.
    """
    text, place = environ.get(VARIABLE), VARIABLE
    if not text and (named := environ.get(f"{VARIABLE}_FILE")):
        text, place = _read(Path(named)), named
    if not text:
        file = folder / FILE
        try:
            text, place = _own(file), str(file)
        except OSError as error:
            log.warning(
                "%s cannot be kept (%s): hubs are asked, and secrets of feeds sealed, anew at each"
                " start, and no other process can open them",
                file,
                error,
            )
            return secrets.token_bytes(32)
    if len(text) < _SHORTEST:
        raise ConfigError(f"{place}: a key has at least {_SHORTEST} characters")
    return text.encode()


def _own(file: Path) -> str:
    """What stands in the service's own file, which is made where it is missing."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        # Another process may be at it, too: the file appears whole, and the first one stands.
        with tempfile.NamedTemporaryFile("w", dir=file.parent, prefix=f".{FILE}-") as made:
            made.write(f"{secrets.token_hex(32)}\n")
            made.flush()
            with suppress(FileExistsError):
                os.link(made.name, file)
    if file.stat().st_mode & 0o077:
        raise ConfigError(
            f"{file} may be read by others", hint=f"It holds a secret: chmod 600 {file}"
        )
    return _read(file)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"the key in {file} cannot be read") from error
