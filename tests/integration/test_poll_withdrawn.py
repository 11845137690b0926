"""What a feed says it has no more is kept, and shown as withdrawn."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.command import Program, program
from tests.integration.folder_server import folder_server

COMPLETE = "<complete xmlns='http://purl.org/syndication/history/1.0'/>"
TOMBSTONE = (
    "<at:deleted-entry xmlns:at='http://purl.org/atompub/tombstones/1.0' "
    "ref='{}' when='2026-03-01T00:00:00Z'/>"
)


@pytest.fixture
def app(tmp_path: Path) -> Program:
    return program(tmp_path)


def atom(*ids: str, head: str = "") -> bytes:
    entries = "".join(
        f"<entry><id>urn:{name}</id><title>Report {name}</title>"
        f"<updated>2026-03-01T0{name}:00:00Z</updated><summary>Words of {name}.</summary></entry>"
        for name in ids
    )
    return (
        "<feed xmlns='http://www.w3.org/2005/Atom'><title>Outlet</title><id>urn:feed</id>"
        f"<updated>2026-03-01T09:00:00Z</updated>{head}{entries}</feed>"
    ).encode()


def shown(app: Program) -> dict[str, bool]:
    """Title → whether it is shown as withdrawn, of all stories."""
    found = {}
    for line in app.run("export", "--format", "jsonl").lines:
        text = app.run("story", "show", line["story"]).out
        found[line["title"]] = "(withdrawn)" in text
    return found


@pytest.mark.parametrize(
    ("later", "gone"),
    [
        (atom("2", head=COMPLETE), True),
        (atom("2"), False),
        (atom("2", head=TOMBSTONE.format("urn:1")), True),
    ],
    ids=["complete", "window", "tombstone"],
)
def test_absence_counts_only_where_the_feed_says_so(app: Program, later: bytes, gone: bool) -> None:
    with folder_server({"/feed": atom("1", "2")}) as server:
        app.feeds([server.url("/feed")])
        app.run("poll")
        server.documents["/feed"] = later
        app.run("poll")
        assert shown(app) == {"Report 1": gone, "Report 2": False}
        server.documents["/feed"] = atom("1", "2", "3")
        app.run("poll")
        assert shown(app) == {"Report 1": False, "Report 2": False, "Report 3": False}
