"""Characters that command instead of spell: kept off terminals, mail headers, logs and XML.

Titles and names come from strangers. A terminal obeys escape sequences, a mail header ends at a
line break, a bidirectional override shows another text than is there, and XML 1.0 forbids most
control characters altogether.
"""

from __future__ import annotations

import re

_ESCAPE_SEQUENCES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI, ECMA-48 §5.4
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"  # OSC, DCS, …
    r"|\x1b[ -/]*[0-~]"
)
_SPACES = re.compile(r"[\s\x1c-\x1f\x85\u2028\u2029]+")
_COMMANDS = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")


def single_line(text: str) -> str:
    r"""The text on one line, without anything a terminal or a mail header would obey.

    >>> single_line("Sale\x1b[31m now\r\nBcc: all")
    'Sale now Bcc: all'
    """
    # Spaces come last: a command between two of them would leave both.
    text = _COMMANDS.sub("", _ESCAPE_SEQUENCES.sub("", text))
    return encodable(_SPACES.sub(" ", text)).strip()


def xml_text(text: str) -> str:
    """The text without the characters XML 1.0 §2.2 and HTML forbid; lines are kept."""
    return _NOT_XML.sub("", encodable(text))


def encodable(text: str) -> str:
    """The text with lone surrogates, which no encoding can write, replaced by U+FFFD."""
    return _SURROGATES.sub("\ufffd", text)
