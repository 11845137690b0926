"""How JSON is written into columns, and read out of them."""

from __future__ import annotations

import json
from typing import Any


def compact_json(value: Any) -> str:
    """JSON without spaces, every script as itself."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def plain_json(text: str | bytes) -> Any:
    """The value of a column; most lists in it are empty, and those are not parsed."""
    return [] if text == "[]" else json.loads(text)
