from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from hypothesis import example, given
from hypothesis import strategies as st

from aggregator.text.controls import single_line, xml_text


def test_whole_escape_sequences_go_not_just_their_first_byte() -> None:
    assert (
        single_line("a\x1b[1;31mb\x1b]8;;http://x\x1b\\c\x1b]0;title\x07d\x9b2Je\x1bcf") == "abcdef"
    )


def test_line_breaks_and_tabs_become_spaces() -> None:
    assert single_line(" a\r\nb\u2028c\td ") == "a b c d"


@given(st.text())
@example("0 \x1b\r0")
@example("a\u2028\u202e\x85\x1c\ufeff b")
def test_one_line_without_commands_that_can_be_encoded(text: str) -> None:
    line = single_line(text)
    line.encode()
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", line)
    assert single_line(line) == line


@given(st.text())
def test_xml_readers_take_any_text(text: str) -> None:
    element = ET.Element("a")
    element.text = xml_text(text)
    ET.fromstring(ET.tostring(element, encoding="utf-8"))
