"""The files that `config init` writes; config/ in the repository is made by the same text."""

from __future__ import annotations

import textwrap
from datetime import timedelta
from importlib.resources import files
from typing import Any

from pydantic_core import to_json

from aggregator.settings.durations import duration_text
from aggregator.settings.schema import sections

_HEAD = """\
# Settings of the aggregator. Every setting stands here with its default.
# Each can be overridden by the environment: AGGREGATOR_<SECTION>__<KEY>, lists as JSON, as in
#   AGGREGATOR_FETCH__ALLOW_PRIVATE_NETWORKS='["192.168.0.0/16"]'
# A name that ends in _FILE takes the value from a file: AGGREGATOR_MAIL__PASSWORD_FILE.
# `aggregator config check` checks this file; a running service takes a saved change over.
"""


def settings_text() -> str:
    """aggregator.toml with every setting at its default, its unit and why one would change it."""
    parts = [_HEAD]
    for name, model in sections().items():
        about = " ".join((model.__doc__ or "").split())
        lines = [*_comment(about), f"[{name}]"]
        for key, field in model.model_fields.items():
            extra = field.json_schema_extra
            unit = str(extra.get("unit", "")) if isinstance(extra, dict) else ""
            why = f"{field.description} [{unit}]" if unit else f"{field.description}"
            lines += [*_comment(why), f"{key} = {toml_value(field.default)}", ""]
        parts.append("\n".join(lines))
    return "\n".join(parts).rstrip("\n") + "\n"


def _comment(text: str) -> list[str]:
    return textwrap.wrap(text, 96, initial_indent="# ", subsequent_indent="# ")


def feeds_text() -> str:
    """feeds.toml with the starter set."""
    return files("aggregator.settings").joinpath("starter.toml").read_text(encoding="utf-8")


def toml_value(value: Any) -> str:
    """A setting's value as TOML; also how `config show` prints it."""
    if isinstance(value, timedelta):
        return f'"{duration_text(value)}"'
    if isinstance(value, tuple):
        return "[" + ", ".join(toml_value(item) for item in value) + "]"
    # TOML's strings, numbers and booleans are JSON's; JSON's escapes are all TOML's as well.
    return to_json(value).decode()
