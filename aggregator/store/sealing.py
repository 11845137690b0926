"""Secrets of feeds at rest: sealed with a key that is not in the database.

What gives access (a login or a token in an address, a header's value) is kept encrypted and
authenticated (Fernet: AES-128-CBC and HMAC-SHA256, https://github.com/fernet/spec), under a key
derived from the service's own (HKDF, RFC 5869). Addresses that are looked up are kept with a keyed
digest in place of each secret: the same address gives the same one, which tells nothing without
the key.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from aggregator.errors import AggregatorError, StoreError
from aggregator.text.secrets import MASK, with_secrets

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

_MARK = "sealed:1:"
_SALT = b"aggregator feed secrets 1"
_COVER = re.compile(r"~[0-9a-f]{24}(?=@|[&#]|$)")


class SealBroken(StoreError):
    """What was sealed cannot be opened: the key is another, or there is none."""


class Seal:
    """Seals texts; ``key`` gives the service's key, and is asked for only when there is a secret.

    Every text is bound to a place (the host it is for), and opens there alone.
    """

    def __init__(self, key: Callable[[], bytes] | None) -> None:
        self._key = key

    def close(self, text: str, *, bound: str = "") -> str:
        """The text, sealed. Not twice the same for the same text."""
        return _MARK + self._box.encrypt(f"{bound}\0{text}".encode()).decode("ascii")

    def open(self, sealed: str, *, bound: str = "") -> str:
        """The text again. Raises `SealBroken`."""
        from cryptography.fernet import InvalidToken

        try:
            opened = self._box.decrypt(sealed.removeprefix(_MARK).encode("ascii")).decode()
        except (InvalidToken, ValueError) as error:
            raise SealBroken("a feed's secret was sealed with another service key") from error
        place, _, text = opened.partition("\0")
        if place != bound:
            raise SealBroken("a feed's secret was sealed for another host")
        return text

    def cover(self, address: str) -> str:
        """The address with a digest in place of each secret; as it is where it has none."""
        return with_secrets(address, lambda secret: "~" + self._digest(secret))

    def _digest(self, secret: str) -> str:
        return hmac.digest(self._derived(b"cover"), secret.encode(), "sha256").hex()[:24]

    @cached_property
    def _box(self) -> Fernet:
        # It takes its time to import: only who has secrets waits for it.
        from cryptography.fernet import Fernet

        return Fernet(urlsafe_b64encode(self._derived(b"seal")))

    def _derived(self, purpose: bytes) -> bytes:
        """HKDF-SHA256, of one block."""
        drawn = hmac.digest(_SALT, self._secret, hashlib.sha256)
        return hmac.digest(drawn, purpose + b"\x01", hashlib.sha256)

    @cached_property
    def _secret(self) -> bytes:
        if self._key is None:
            raise SealBroken(
                "a feed holds a secret, and there is no service key to seal it with",
                hint="Name a file that holds one with AGGREGATOR_SERVICE_KEY_FILE.",
            )
        try:
            return self._key()
        except AggregatorError as error:
            raise SealBroken(str(error), hint=error.hint) from error


def is_sealed(value: str) -> bool:
    """Whether a stored text is a sealed one."""
    return value.startswith(_MARK)


def uncovered(address: str) -> str:
    """A covered address with its digests masked: the same under every key."""
    return _COVER.sub(MASK, address)
