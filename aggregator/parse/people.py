"""A person written as one line: RSS asks for ``mail (Name)``, and gets everything else too."""

from __future__ import annotations

import re

_MAIL = re.compile(r"[^\s<>()\[\],;:\"']{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")
_EMPTY = re.compile(r"\(\s*\)|<\s*>|\[\s*\]|mailto:")
_ENCLOSED = re.compile(r"\(([^()]+)\)|\"([^\"]+)\"")


def person(line: str) -> dict[str, str]:
    """The name and the mail address in a line, as far as they are there.

    >>> person("ann@harbour.example (Ann Field)")
    {'name': 'Ann Field', 'email': 'ann@harbour.example'}
    """
    found: dict[str, str] = {}
    mail = _MAIL.search(line)
    name = line
    if mail:
        name = _EMPTY.sub(" ", line[: mail.start()] + line[mail.end() :]).strip(" \t\r\n,;-")
        alone = _ENCLOSED.fullmatch(name)
        name = (alone[1] or alone[2]) if alone else name
    name = " ".join(name.split())
    if name:
        found["name"] = name
    if mail:
        found["email"] = mail[0]
    return found
