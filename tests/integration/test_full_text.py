"""`full_text = true`: teasers in the feed, texts from the pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.command import Program, program
from tests.integration.folder_server import Folder, folder_server

pytest.importorskip("trafilatura", reason="the extra fulltext is not installed")

SENTENCES = [
    "The harbour of Port Ellery opened again on Tuesday after three days of storm.",
    (
        "Forty ships had waited in the roads, the harbour master said, and the first to come in "
        "was a grain carrier from the south."
    ),
    "Two cranes were damaged when a gust tore a container loose on Sunday night.",
    "Nobody was hurt, but the fish market stayed closed and the ferries to the islands ran late.",
    "The town expects that repairs will take until the spring and cost some four million crowns.",
]


@pytest.fixture
def app(tmp_path: Path) -> Program:
    return program(tmp_path)


def page(sentences: list[str]) -> bytes:
    body = "".join(f"<p>{sentence}</p>" for sentence in sentences)
    return (
        "<!doctype html><html lang='en'><head><title>Harbour opens again - The Post</title></head>"
        "<body><nav><a href='/'>Home</a> <a href='/sport'>Sport</a></nav><main><article>"
        f"<h1>Harbour opens again</h1>{body}</article></main><footer>© The Post</footer></body>"
        "</html>"
    ).encode()


def feed(server: Folder) -> bytes:
    return (
        "<rss version='2.0'><channel><title>The Post</title><link>https://post.example/</link>"
        f"<item><guid>h1</guid><title>Harbour opens again</title><link>{server.url('/h1')}</link>"
        f"<description>{SENTENCES[0]}</description></item></channel></rss>"
    ).encode()


def polled(app: Program, documents: dict[str, bytes]) -> tuple[dict[str, object], list[str]]:
    with folder_server(documents) as server:
        server.documents["/feed"] = feed(server)
        app.feeds([server.url("/feed")], extra="full_text = true")
        app.run("poll")
        app.run("poll")
        [article] = app.run("export").lines
        return article, [path for path, _ in server.asked]


def test_the_page_is_fetched_once_and_its_text_taken_over(app: Program) -> None:
    article, asked = polled(app, {"/h1": page(SENTENCES)})
    assert article["paragraphs"] == SENTENCES
    assert article["story"] is not None
    assert asked.count("/h1") == 1
    assert asked.index("/robots.txt") < asked.index("/h1")


def test_robots_txt_is_obeyed(app: Program) -> None:
    robots = b"User-agent: *\nDisallow: /\n"
    article, asked = polled(app, {"/h1": page(SENTENCES), "/robots.txt": robots})
    assert article["paragraphs"] == [SENTENCES[0]] or article["summary"] == SENTENCES[0]
    assert "/h1" not in asked


def test_a_page_that_says_less_leaves_the_feeds_text(app: Program) -> None:
    article, asked = polled(app, {"/h1": page(["Please accept our cookies to go on reading."])})
    assert "harbour of Port Ellery" in f"{article['paragraphs']}{article['summary']}"
    assert asked.count("/h1") == 1
