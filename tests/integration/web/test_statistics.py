from __future__ import annotations

import csv
import io

import httpx

from aggregator.store import SqlStore
from tests.integration.web.reading import page, words
from tests.integration.web.world import Piece, fill


async def test_the_page_counts_who_was_first_and_who_copies(browser: httpx.AsyncClient) -> None:
    tree = page(await browser.get("/statistics"))
    said = words(tree)
    assert "8 articles in 3 stories, 2 of them told by several outlets" in said
    assert "1 Coast Radio has texts that Harbour Times had first" in said
    rows = {words(r.find("th")): [words(c) for c in r.findall("td")] for r in tree.iter("tr")}
    assert rows["Harbour Times"] == ["1", "100 %", "0", "2", "1", "–"]
    assert rows["Evening Star"] == ["2", "100 %", "0", "0", "0", "80 minutes"]
    page(await browser.get("/statistics?since=1h"))


async def test_tables_as_csv_run_nothing(browser: httpx.AsyncClient, store: SqlStore) -> None:
    name = '=HYPERLINK("https://evil.example")'
    await fill(
        store, [Piece(id="x", story="x", outlet=name, title="X", text=("Xylophone.",), minutes=9)]
    )
    answer = await browser.get("/statistics/outlets.csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert f"'{name}" in {row["outlet"] for row in rows}
    for table in ("copying", "time"):
        assert len((await browser.get(f"/statistics/{table}.csv")).text.splitlines()) > 1
    page(await browser.get("/statistics/nothing.csv"), status=404)
