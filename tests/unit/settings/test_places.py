from __future__ import annotations

import tomllib
from typing import Any

import pytest
import tomlkit
from hypothesis import given
from hypothesis import strategies as st

from aggregator.settings.places import Path, place, statements

TEXT = '''\
# a = 1
top = 1   # [not.a.table]
a."b c".d = "x # y"
[table]
list = [
  1, # ]
  "]", { x = "}" },
]
text = """
[[feeds]]
"quoted" \\""" """
raw = \'\'\'
key = 1\'\'\'\'
[[ feeds ]]
url = "one"
[feeds . headers]
Accept = 'x'
[["feeds"]]
url = "two"
'''


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("top",), (2, 7)),
        (("a", "b c", "d"), (3, 13)),
        (("table",), (4, 1)),
        (("table", "list"), (5, 8)),
        (("table", "list", 2, "x"), (5, 8)),
        (("table", "raw"), (12, 7)),
        (("feeds", 0, "url"), (15, 7)),
        (("feeds", 0, "headers", "Accept"), (17, 10)),
        (("feeds", 1), (18, 1)),
        (("feeds", 1, "missing"), (18, 1)),
        (("none",), None),
    ],
)
def test_places_of_values(path: Path, expected: tuple[int, int] | None) -> None:
    tomllib.loads(TEXT)
    assert place(TEXT, path) == expected


def test_places_of_keys() -> None:
    assert place(TEXT, ("feeds", 1, "url"), of_key=True) == (19, 1)


scalars = st.one_of(
    st.integers(-(2**31), 2**31),
    st.booleans(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\x7f"), max_size=12),
)
keys = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=6)
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3), max_leaves=5)
tables = st.dictionaries(keys, st.one_of(values, st.dictionaries(keys, values, max_size=3)))
documents = st.dictionaries(
    keys, st.one_of(values, tables, st.lists(tables, min_size=1, max_size=3)), max_size=4
)


@given(documents)
def test_every_value_is_found_where_it_stands(document: dict[str, Any]) -> None:
    text = tomlkit.dumps(document)
    values = tomllib.loads(text)
    for statement in statements(text):
        if statement.is_header:
            continue
        value: Any = values
        for step in statement.path:
            value = value[step]
        written = text[statement.value : statement.end]
        assert tomllib.loads(f"key = {written}")["key"] == value
