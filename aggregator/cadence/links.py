"""The `Link` header (RFC 8288)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aggregator.model.poll import FetchAnswer

_LINK = re.compile(r'<([^<>]*)>((?:\s*;\s*[\w!#$&+.^`|~*-]+\s*(?:=\s*(?:"[^"]*"|[^\s";,]+))?)*)')
_REL = re.compile(r';\s*rel\s*=\s*(?:"([^"]*)"|([^\s";,]+))', re.IGNORECASE)


def links(answer: FetchAnswer) -> Iterator[tuple[str, str]]:
    """Relation and target of every link the headers name, in order; relations in lower case."""
    for name, value in answer.headers:
        if name != "link":
            continue
        for target, parameters in _LINK.findall(value):
            found = _REL.search(parameters)
            if found:
                for relation in (found[1] or found[2] or "").lower().split():
                    yield relation, target.strip()
