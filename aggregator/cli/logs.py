"""The service's log: lines for people or JSON for a collector, on standard error.

Addresses of feeds and servers may hold passwords and keys of access: none of them gets into it.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Literal

from aggregator.model.instants import rfc3339
from aggregator.text.controls import single_line
from aggregator.text.secrets import masked_address


class _TextFormatter(logging.Formatter):
    """``2026-02-01 07:00:03 warning  …``; nothing from a feed can end the line or colour it."""

    def format(self, record: logging.LogRecord) -> str:
        when = datetime.fromtimestamp(record.created, UTC)
        line = single_line(masked_address(record.getMessage()))
        text = f"{when:%Y-%m-%d %H:%M:%S} {record.levelname.lower():<8} {line}"
        return f"{text}\n{_exception(self, record)}" if record.exc_info else text


class _JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": rfc3339(datetime.fromtimestamp(record.created, UTC)),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": masked_address(record.getMessage()),
        }
        if record.exc_info:
            line["exception"] = _exception(self, record)
        return json.dumps(line, ensure_ascii=False)


def _exception(formatter: logging.Formatter, record: logging.LogRecord) -> str:
    assert record.exc_info, "asked for where there is one"  # noqa: S101
    return masked_address(formatter.formatException(record.exc_info))


def configure_logging(
    level: Literal["debug", "info", "warning", "error"], form: Literal["text", "json"]
) -> None:
    """Sends the program's log to standard error; libraries only speak up from warnings on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonFormatter() if form == "json" else _TextFormatter())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    # A connection that broke is told by whoever used it, with what it means.
    logging.getLogger("psycopg").setLevel(logging.ERROR)
    logging.getLogger("aggregator").setLevel(level.upper())
