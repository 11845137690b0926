"""How JSON is written into columns."""

from __future__ import annotations

import json
from typing import Any


def compact_json(value: Any) -> str:
    """JSON without spaces, every script as itself."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
