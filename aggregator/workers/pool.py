"""The pool of parse workers behind the `DocumentParser` port."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from types import TracebackType
from typing import Any, Self

from aggregator.errors import ParseError, ParserKilled
from aggregator.model.entry import Entry, FeedDocument
from aggregator.workers.handing import Handed, Shelf
from aggregator.workers.limits import ParserLimits
from aggregator.workers.line import Line
from aggregator.workers.wire import document_from_wire, entries_from_wire, pack, unpack

_KEPT = ("LANG", "LC_ALL", "LD_LIBRARY_PATH", "PATH", "PYTHONHOME", "TMPDIR")
_BYTES_A_SECOND = 64 * 1024
"""A document lets others pass for a second for so many of its bytes; a good feed has as many."""
_LONGEST_WAIT = 30.0
_PATIENCE = 1.5
"""Seconds after which a document counts as one that its worker is stuck in."""
_MAX_MESSAGE = 128 * 1024 * 1024
"""A worker that says more than this about one document has lost its mind."""


class ParserPool:
    """Parses documents in worker processes that are started when first needed.

    One document is with one worker at a time; further ones wait, small ones before large ones, but
    never for documents that their workers are stuck in: then as many workers again are there to be
    started. A worker that passes its limits, crashes or is cancelled is killed, and the next
    document gets a new one. Belongs to the event loop it is first used in.

    Args:
        workers: how many processes at most.
        limits: what one document may cost.
    """

    def __init__(self, *, workers: int = 2, limits: ParserLimits | None = None) -> None:
        if workers < 1:
            raise ValueError("a pool has at least one worker")
        self._limits = limits or ParserLimits()
        self._size = workers
        self._shelf = Shelf()
        self._line: Line[_Worker] = Line()
        self._all = [_Worker(self._limits) for _ in range(workers)]
        for worker in self._all:
            self._line.put(worker)
        self._closed = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def parse(
        self, body: bytes, *, url: str | None = None, content_type: str | None = None
    ) -> FeedDocument:
        """The document in these bytes; see `DocumentParser`."""
        with self._shelf.handed(body) as document:
            del body  # a large one lies in a file now, and nobody else should keep it
            async with self._worker(document.size) as worker:
                return await worker.parse(document, url=url, content_type=content_type)

    async def aclose(self) -> None:
        """Ends every worker process, those at work too."""
        self._closed = True
        await asyncio.gather(*(worker.stop() for worker in self._all))
        self._shelf.close()

    @contextlib.asynccontextmanager
    async def _worker(self, size: int) -> AsyncIterator[_Worker]:
        if self._closed:
            raise ParseError("the parser is closed")
        worker = await self._free_worker(size)
        try:
            yield worker
        finally:
            if len(self._all) > self._size and self._line.free:
                self._all.remove(worker)
                await worker.stop()
            else:
                self._line.put(worker)

    async def _free_worker(self, size: int) -> _Worker:
        """A worker with nothing to do, in turn; where all are stuck, a spare one is put in line."""
        turn = self._line.stand(min(size / _BYTES_A_SECOND, _LONGEST_WAIT))
        try:
            while not turn.done():
                await asyncio.wait({turn}, timeout=_PATIENCE)
                if not turn.done() and self._all_stuck() and len(self._all) < 2 * self._size:
                    spare = _Worker(self._limits)
                    self._all.append(spare)
                    self._line.put(spare)
        except asyncio.CancelledError:
            self._line.leave(turn)
            raise
        return turn.result()

    def _all_stuck(self) -> bool:
        now = asyncio.get_running_loop().time()
        return all(now - worker.busy_since > _PATIENCE for worker in self._all)


class _Worker:
    """One process, or the place for one."""

    def __init__(self, limits: ParserLimits) -> None:
        self._limits = limits
        self._process: asyncio.subprocess.Process | None = None
        self._stopping = asyncio.Lock()
        self.busy_since = 0.0

    async def parse(
        self, document: Handed, *, url: str | None, content_type: str | None
    ) -> FeedDocument:
        """One document; the process is replaced unless it answered."""
        self.busy_since = asyncio.get_running_loop().time()
        cpu, wall = self._limits.cpu(document.size), self._limits.wall(document.size)
        early: dict[int, Entry] = {}
        answer: dict[str, Any] = {}
        answered = False
        if self._process is not None and self._process.returncode is not None:
            await self.stop()  # it died while it had nothing to do
        reused = self._process is not None
        try:
            process = await self._running()
            file = str(document.file) if document.file else None
            request = {"url": url, "content_type": content_type, "cpu": cpu, "file": file}
            async with asyncio.timeout(wall):
                _write(process, pack(request), document.body)
                answer = await self._answer(process, early)
            answered = not answer.get("retire")
        except TimeoutError:
            reason = f"it took longer than {wall:.0f} s"
            return _kept(early, reason, url)
        except (asyncio.IncompleteReadError, OSError, ValueError):
            reason, status = await self._epitaph(cpu)
            # The kernel counts by ticks what a worker used in all its life; over many documents it
            # may be seconds off. One document has not used more time than has passed.
            passed = asyncio.get_running_loop().time() - self.busy_since
            overdone = status == -signal.SIGXCPU and passed >= cpu
            if not reused or early or overdone:
                return _kept(early, reason, url)
        finally:
            if not answered:
                await self.stop(retired=bool(answer))
        if not answer:
            # It may have died of the document before, or of want of memory elsewhere: once more.
            return await self.parse(document, url=url, content_type=content_type)
        return _document(answer, early, url)

    async def stop(self, *, retired: bool = False) -> None:
        """Kills the process, if there is one, and waits until it is gone.

        ``retired``: it has said that it ends by itself, and gets a second to do so.
        """
        async with self._stopping:  # who comes second waits for the first
            process, self._process = self._process, None
            if process is None:
                return
            # One that ends by itself is left to the loop's watcher: `kill` takes a look at the
            # process first, which reaps it, and the watcher then complains that it is gone.
            if retired:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(process.wait(), 1)
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
            if process.stdin is not None:
                process.stdin.close()
            await process.wait()

    async def _running(self) -> asyncio.subprocess.Process:
        if self._process is None:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-P",  # what lies in the working folder is none of a worker's modules
                "-m",
                "aggregator.workers.child",
                str(self._limits.memory),
                str(self._limits.max_entries),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                env=_environment(),
                start_new_session=True,  # Ctrl-C in a terminal is for the service alone
            )
        return self._process

    async def _answer(
        self, process: asyncio.subprocess.Process, early: dict[int, Entry]
    ) -> dict[str, Any]:
        """The last message for a document; entries sent ahead of it are put into ``early``."""
        source = process.stdout
        if source is None:
            raise OSError("the worker has no output")
        while True:
            length = int.from_bytes(await source.readexactly(4))
            if length > _MAX_MESSAGE:
                raise ValueError("a message without bounds")
            message = unpack(await source.readexactly(length))
            if message.keys() != {"entries"}:
                return message
            for entry in entries_from_wire(message["entries"]):
                early[entry.position] = entry

    async def _epitaph(self, cpu: float) -> tuple[str, int]:
        """Why the process is gone, in words, and its exit status."""
        if self._process is None:
            return "its parser did not start", 0
        try:
            status = await asyncio.wait_for(self._process.wait(), 1)
        except TimeoutError:
            return "its parser answered nonsense", 0
        if status == -signal.SIGXCPU:
            return f"it took more than {cpu:.0f} s of processor time", status
        if status < 0:
            return f"its parser crashed ({signal.Signals(-status).name})", status
        return f"its parser ended with status {status}", status


def _environment() -> dict[str, str]:
    """What a worker needs of the environment: no passwords are in reach of what parses feeds."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


def _write(process: asyncio.subprocess.Process, *messages: bytes) -> None:
    if process.stdin is None:
        raise OSError("the worker has no input")
    for message in messages:
        process.stdin.write(len(message).to_bytes(4))
        process.stdin.write(message)


def _document(answer: dict[str, Any], early: dict[int, Entry], url: str | None) -> FeedDocument:
    if "killed" in answer:
        return _kept(early, answer["killed"], url)
    if "error" in answer:
        raise ParseError(answer["error"], feed=url, hint=answer.get("hint"))
    entries = entries_from_wire(answer["entries"])
    if answer["ahead"]:
        first = sorted(early)[: answer["ahead"]]
        entries = (*(early[position] for position in first), *entries)
    document = document_from_wire(answer["document"], entries)
    if "over" in answer:
        problem = f"reading ended after {answer['over']:.0f} s; {len(entries)} entries are kept"
        return replace(document, truncated=True, problems=(*document.problems, problem))
    return document


def _kept(early: dict[int, Entry], reason: str, url: str | None) -> FeedDocument:
    """What a killed worker had sent ahead; `ParserKilled` where that is nothing."""
    if not early:
        raise ParserKilled(f"the document was given up: {reason}", feed=url)
    entries = tuple(early[position] for position in sorted(early))
    problem = f"reading was stopped: {reason}; {len(entries)} entries are kept"
    return FeedDocument(format="unknown", entries=entries, problems=(problem,), truncated=True)
