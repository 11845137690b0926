"""Hostile documents through the real workers: the service lives on, small, and says why.

Each runs in the pool that the service uses; what is asked of it is that it answers in its time,
reads nothing, contacts nobody, and that the next document is read as if nothing had been.
"""

from __future__ import annotations

import asyncio
import resource
import signal
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from aggregator.errors import ParseError, ParserKilled
from aggregator.model.entry import FeedDocument
from aggregator.parse.cleaning import LONGEST_TEXT
from aggregator.workers.limits import MIB, ParserLimits
from aggregator.workers.pool import ParserPool
from tests import hostile


@pytest.fixture
async def pool() -> AsyncIterator[ParserPool]:
    async with ParserPool(workers=1) as running:
        yield running


async def outcome(pool: ParserPool, body: bytes) -> FeedDocument | ParseError:
    try:
        return await pool.parse(body)
    except ParseError as error:
        return error


@pytest.mark.parametrize("name", sorted(hostile.HARMFUL))
async def test_a_harmful_document_costs_itself_alone(name: str, pool: ParserPool) -> None:
    result = await outcome(pool, hostile.HARMFUL[name]())
    if isinstance(result, ParseError):
        assert len(result.reason) > 20
    else:
        assert result.entries[0].title is not None
        longest = max(len(t.value) for e in result.entries for t in (e.title, e.summary) if t)
        assert longest <= LONGEST_TEXT
    following = await pool.parse(hostile.feed(hostile.item(7)))
    assert [entry.guid for entry in following.entries] == ["h7"]


async def test_entities_are_neither_expanded_nor_lost_entries(pool: ParserPool) -> None:
    for name in ("billion_laughs", "quadratic_blowup", "nested_entities", "parameter_entities"):
        document = await pool.parse(hostile.HARMFUL[name]())
        (entry,) = document.entries
        assert entry.guid == "h1"
        assert entry.summary is None or len(entry.summary.value) < MIB


async def test_external_entities_read_and_contact_nothing(pool: ParserPool, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("CANARY-4711", "utf-8")
    with socket.create_server(("127.0.0.1", 0)) as canary:
        canary.setblocking(False)
        web = f"http://127.0.0.1:{canary.getsockname()[1]}/x"
        for address in (secret.as_uri(), str(secret), web, "ftp://127.0.0.1/x"):
            for body in (hostile.external_entity(address), hostile.included(address)):
                document = await pool.parse(body)
                assert document.entries
                assert "CANARY-4711" not in repr(document)
        with pytest.raises(BlockingIOError):
            canary.accept()


@pytest.mark.parametrize("oldest_first", [False, True])
async def test_a_flood_of_entries_is_read_to_a_number_newest_first(
    pool: ParserPool, oldest_first: bool
) -> None:
    document = await pool.parse(hostile.entries(100_000, oldest_first=oldest_first))
    assert document.truncated
    kept = {int((entry.guid or "h-1")[1:]) for entry in document.entries}
    assert kept == set(range(ParserLimits().max_entries))


async def test_the_service_stays_small(pool: ParserPool) -> None:
    bodies = [hostile.HARMFUL[name]() for name in ("quadratic_blowup", "long_text", "many_links")]
    bodies.append(hostile.entries(20_000))
    await pool.parse(hostile.feed(""))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for body in bodies:
        await outcome(pool, body)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    assert grown < 50 * MIB


async def test_a_worker_that_takes_too_long_is_stopped_and_what_it_read_is_kept() -> None:
    limits = ParserLimits(cpu_seconds=0.1, cpu_seconds_per_mib=0)
    async with ParserPool(workers=1, limits=limits) as pool:
        document = await pool.parse(hostile.entries(5_000))
        assert document.truncated
        assert 0 < len(document.entries) < 5_000
        assert any("reading ended after" in problem for problem in document.problems)
        assert document.title == "Hostile"


async def test_a_worker_that_does_not_notice_is_killed_by_the_kernel() -> None:
    limits = ParserLimits(cpu_seconds=0.2, cpu_seconds_per_mib=0)
    async with ParserPool(workers=1, limits=limits) as pool:
        stuck = hostile.feed("<a" * 400_000)
        with pytest.raises(ParserKilled, match="processor time"):
            await pool.parse(stuck)
        assert (await pool.parse(hostile.feed(hostile.item(1)))).entries


async def test_a_document_pays_for_no_time_that_it_did_not_take(pool: ParserPool) -> None:
    """The kernel may end a worker early that has read many documents before."""
    await pool.parse(hostile.feed(hostile.item(1)))
    process = pool._all[0]._process
    assert process is not None
    reading = asyncio.create_task(pool.parse(hostile.feed(hostile.item(2))))
    await asyncio.sleep(0)
    process.send_signal(signal.SIGXCPU)
    assert [entry.guid for entry in (await reading).entries] == ["h2"]


async def test_entries_before_the_place_where_it_sticks_are_kept() -> None:
    limits = ParserLimits(cpu_seconds=1.5, cpu_seconds_per_mib=0)
    body = hostile.feed("".join(map(hostile.item, range(10))) + "<a" * 400_000)
    async with ParserPool(workers=1, limits=limits) as pool:
        document = await pool.parse(body)
    assert [entry.guid for entry in document.entries] == [f"h{n}" for n in range(10)]
    assert document.truncated
    assert any("processor time" in problem for problem in document.problems)


async def test_memory_is_bounded() -> None:
    limits = ParserLimits(memory=160 * MIB)
    async with ParserPool(workers=1, limits=limits) as pool:
        with pytest.raises(ParserKilled, match="memory"):
            await pool.parse(hostile.feed(hostile.item(1, f"<title>{'x' * 50 * MIB}</title>")))
        assert (await pool.parse(hostile.feed(hostile.item(2)))).entries


async def test_other_documents_are_not_kept_waiting() -> None:
    async with ParserPool(workers=2) as pool:
        stuck = hostile.feed("<a" * 400_000)
        slow = [asyncio.create_task(outcome(pool, stuck)) for _ in range(2)]
        await asyncio.sleep(0)
        for number in range(20):
            await pool.parse(hostile.feed(hostile.item(number)))
        assert not any(task.done() for task in slow)
        for task in slow:
            task.cancel()


async def test_small_documents_are_read_before_large_ones() -> None:
    async with ParserPool(workers=1) as pool:
        large = [asyncio.create_task(pool.parse(hostile.long_text())) for _ in range(6)]
        await asyncio.sleep(0)
        await asyncio.gather(*(pool.parse(hostile.feed(hostile.item(n))) for n in range(5)))
        assert sum(task.done() for task in large) <= 1
        for task in large:
            task.cancel()


async def test_odd_encodings_are_read(pool: ParserPool) -> None:
    for name, body, expected in hostile.odd_encodings():
        document = await pool.parse(body)
        title = document.entries[0].title
        assert title is not None, name
        assert title.value == expected, name
