"""The worker process: reads documents from its standard input until that ends.

Runs as ``python -m aggregator.workers.child MEMORY MAX_ENTRIES``. Each message is four bytes of
length and a body: in goes an object with ``url``, ``content_type``, ``cpu``, ``file`` and then the
document as a message of its own, which is empty where it lies in a file; out come any number of
``entries`` (kept by the parent, should this process be killed) and at last one ``document`` or
``error``.
"""

from __future__ import annotations

import contextlib
import gc
import os
import resource
import signal
import struct
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Any, BinaryIO

from aggregator.errors import ParseError
from aggregator.model.entry import Entry, FeedDocument
from aggregator.parse.document import parse_document
from aggregator.workers.wire import document_to_wire, entries_to_wire, pack, unpack

_LENGTH = struct.Struct("!I")
_REPORT_EVERY = 0.3
"""Seconds of processor time after which the entries read so far are sent ahead."""
_NICE = 5
"""The service, which reads nothing of a document, goes before its workers on the processor."""
_GRACE = 1.0
"""Seconds past its limit at which a worker that does not notice is killed by the kernel."""


def main() -> None:
    """Serves until standard input ends, or until a document has grown this process too large."""
    memory, max_entries = int(sys.argv[1]), int(sys.argv[2])
    # Signals to the whole process group are the parent's business: it closes our input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.nice(_NICE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    source, target = sys.stdin.buffer, sys.stdout.buffer
    while True:
        request = _receive(source)
        if request is None:
            return
        body = _receive(source)
        if body is None:
            return
        answer = _Job(target, unpack(request), max_entries).run(body)
        answer["retire"] = retire = _grown(memory)
        _send(target, answer)
        del body, answer
        if retire:
            return


class _Job:
    """One document: watches the clock between entries and sends the early ones ahead."""

    def __init__(self, target: BinaryIO, job: dict[str, Any], max_entries: int) -> None:
        self._target = target
        self._url: str | None = job["url"]
        self._content_type: str | None = job["content_type"]
        self._file: str | None = job["file"]
        self._cpu: float = job["cpu"]
        self._max_entries = max_entries
        self._parent = os.getppid()
        self._start = time.process_time()
        self._sent: list[Entry] = []
        self._waiting: list[Entry] = []
        self._over = False

    def run(self, body: bytes) -> dict[str, Any]:
        """The answer for the parent; whatever goes wrong is an answer too."""
        _limit_cpu(self._cpu + _GRACE)
        gc.disable()  # one document makes no garbage worth looking for before it ends
        signal.signal(signal.SIGPROF, self._report)
        signal.setitimer(signal.ITIMER_PROF, _REPORT_EVERY, _REPORT_EVERY)
        try:
            document = parse_document(
                Path(self._file).read_bytes() if self._file else body,
                url=self._url,
                content_type=self._content_type,
                max_entries=self._max_entries,
                watch=self._watch,
            )
            signal.setitimer(signal.ITIMER_PROF, 0)
            return self._answer(document)
        except ParseError as error:
            return {"error": error.reason, "hint": error.hint}
        except MemoryError:
            return {"killed": "it needed more memory than a parser may take"}
        except Exception as error:  # noqa: BLE001 - no document may end a worker
            return {"error": f"the parser failed on it: {type(error).__name__}: {error}"}
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            gc.enable()
            gc.collect()

    def _watch(self, entry: Entry) -> bool:
        self._waiting.append(entry)
        self._over = time.process_time() - self._start > self._cpu
        return not self._over

    def _report(self, number: int, frame: FrameType | None) -> None:
        """Sends ahead what was read; a timer's signal calls it, between two steps of the parser.

        A parent that was killed left nobody to read for.
        """
        if os.getppid() != self._parent:
            os._exit(0)
        if self._waiting:
            _send(self._target, {"entries": entries_to_wire(self._waiting)})
            self._sent += self._waiting
            self._waiting.clear()

    def _answer(self, document: FeedDocument) -> dict[str, Any]:
        """The document, less the entries that are on the other side already."""
        ahead = len(self._sent)
        same = all(
            a is b for a, b in zip(self._sent, document.entries[:ahead], strict=False)
        ) and ahead <= len(document.entries)
        rest = document.entries[ahead:] if same else document.entries
        answer = {
            "document": document_to_wire(document),
            "entries": entries_to_wire(rest),
            "ahead": ahead if same else 0,
        }
        if self._over:
            answer["over"] = self._cpu
        return answer


def _limit_cpu(seconds: float) -> None:
    """Lets the kernel end this process when it has used so much more processor time."""
    used = time.process_time()
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (int(used + seconds + 1), hard))


def _grown(memory: int) -> bool:
    """Whether the largest document so far has left too little room for the next one."""
    return _peak() > memory // 3


def _peak() -> int:
    """The most memory this process has held, in bytes.

    getrusage(2) tells the parent's peak where that was higher: Linux hands it on over exec.
    """
    with contextlib.suppress(OSError, IndexError, ValueError):
        with open("/proc/self/status", "rb") as status:  # noqa: PTH123 - a document's every turn
            held = status.read().partition(b"VmHWM:")[2].split(None, 1)[0]
        return int(held) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak * (1 if sys.platform == "darwin" else 1024)


def _receive(source: BinaryIO) -> bytes | None:
    head = source.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    data = source.read(length)
    return data if len(data) == length else None


def _send(target: BinaryIO, message: dict[str, Any]) -> None:
    data = pack(message)
    target.write(_LENGTH.pack(len(data)))
    target.write(data)
    target.flush()


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):  # the parent is gone, and nobody waits
        main()
    os._exit(0)  # what is still buffered has no reader
