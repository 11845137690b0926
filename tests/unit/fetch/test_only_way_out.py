"""Every byte from outside comes through one fetcher, and feedparser opens nothing by itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import aggregator

ROOT = Path(aggregator.__file__).parent
DIALLING = {
    *("aiohttp", "asyncio.open_connection", "ftplib", "http.client", "httpcore", "httpx"),
    *("requests", "socket.create_connection", "urllib.request", "urllib3", "trafilatura.fetch_url"),
}
READING = {"feedparser.parse", "feedparser.api.parse", "trafilatura.fetch_url"}


def used(file: Path) -> Iterator[str]:
    """Modules that a file imports, and dotted names that it uses."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield f"{node.value.id}.{node.attr}"


def test_nothing_but_the_fetcher_dials() -> None:
    found = {
        (str(file.relative_to(ROOT)), name)
        for file in ROOT.rglob("*.py")
        if file.parent.name != "fetch"
        for name in used(file)
        if any(name == known or name.startswith(f"{known}.") for known in DIALLING)
    }
    # What the environment says of proxies is read there, and nothing is fetched.
    proxies = {"urllib.request", "urllib.request.getproxies_environment"}
    assert found == {("bootstrap.py", name) for name in proxies}


def test_only_one_place_connects() -> None:
    connecting = {
        str(file.relative_to(ROOT))
        for file in ROOT.rglob("*.py")
        if "asyncio.open_connection" in set(used(file))
    }
    assert connecting == {"fetch/sockets.py"}


def test_feedparser_and_trafilatura_are_given_bytes_and_open_nothing() -> None:
    found = {
        str(file.relative_to(ROOT)) for file in ROOT.rglob("*.py") if READING & set(used(file))
    }
    assert found == set()
