from __future__ import annotations

import re

import pytest
from rich.cells import cell_len

from aggregator.render.terminal import TerminalOptions, digest_text
from tests.unit.render import sample

SEQUENCES = re.compile(r"\x1b\[\d*m|\x1b\]8;[^\x1b]*\x1b\\")


def test_a_pipe_gets_no_escape_sequence_and_unbroken_lines() -> None:
    text = digest_text(sample.ferry())
    assert "\x1b" not in text
    assert (
        "█ Ferry runs aground off Skerry Point +1 new\n"
        "  Harbour Times · 06:00 · 6 outlets, 3 independent texts · story ferry\n"
        "  All 212 passengers were brought ashore by noon. Divers look at the hull.\n"
        "  also: Capital Daily, Nordnytt\n"
        "  3 copies of the AFP text: Coast Radio, Island Post, Evening Star\n"
        "  https://harbour-times.example/f1\n"
    ) in text
    assert "3 stories from 9 articles · 12 feeds polled, 2 failing, 1 silent" in text


@pytest.mark.parametrize("width", [30, 72, 120])
def test_lines_fit_the_width(width: int) -> None:
    options = TerminalOptions(width=width, colour=True, links=True)
    plain = SEQUENCES.sub("", digest_text(sample.ferry(), options=options))
    for line in plain.splitlines():
        # A single word may be longer than the line: it is not cut.
        assert cell_len(line) <= width or " " not in line.strip()


def test_links_are_clickable_and_replace_the_printed_address() -> None:
    text = digest_text(sample.ferry(), options=TerminalOptions(links=True))
    assert (
        ";https://harbour-times.example/f1\x1b\\Ferry runs aground off Skerry Point\x1b]8;;\x1b\\"
        in text
    )
    assert "\n  https://" not in text


def test_what_a_feed_sends_cannot_command_the_terminal() -> None:
    options = TerminalOptions(width=80, colour=True, links=True)
    text = digest_text(sample.hostile(), options=options)
    rest = SEQUENCES.sub("", text)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", rest)
    assert "owned" not in rest
    assert "javascript:" not in text.replace("(javascript:alert(3))", "")
    text.encode()


def test_an_empty_digest_says_so() -> None:
    assert "Nothing new was fetched" in digest_text(sample.empty())
