"""Names and mail addresses out of one line."""

from __future__ import annotations

import pytest

from aggregator.parse.people import person


@pytest.mark.parametrize(
    ("line", "name", "mail"),
    [
        ("ann@harbour.example (Ann Field)", "Ann Field", "ann@harbour.example"),
        ("Ann Field <ann@harbour.example>", "Ann Field", "ann@harbour.example"),
        ("Ann Field (ann@harbour.example)", "Ann Field", "ann@harbour.example"),
        ('"Field, Ann" <ann@harbour.example>', "Field, Ann", "ann@harbour.example"),
        ("mailto:ann@harbour.example", None, "ann@harbour.example"),
        ("ann@harbour.example", None, "ann@harbour.example"),
        ("Ann Field (Harbour Post)", "Ann Field (Harbour Post)", None),
        ("  Ann \n Field ", "Ann Field", None),
        ("", None, None),
    ],
)
def test_person(line: str, name: str | None, mail: str | None) -> None:
    found = person(line)
    assert found.get("name") == name
    assert found.get("email") == mail
