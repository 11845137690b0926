"""Parse workers beside a service that is stopped in every way there is."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from aggregator.workers.pool import ParserPool

SERVICE = """
import asyncio, signal, sys
from aggregator.workers.limits import ParserLimits
from aggregator.workers.pool import ParserPool

async def main():
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    limits = ParserLimits(cpu_seconds=1.0)
    async with ParserPool(workers=2, limits=limits) as pool:
        await asyncio.gather(*(pool.parse(b"<rss version='2.0'/>") for _ in range(2)))
        busy = asyncio.create_task(pool.parse(b"<rss><channel>" + b"<a" * 400_000))
        await asyncio.sleep(0.3)
        print(*(worker._process.pid for worker in pool._all), flush=True)
        await stopped.wait()
        busy.cancel()

asyncio.run(main())
print("ended", flush=True)
"""


def gone(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state == "Z"


@pytest.fixture
def service() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", SERVICE],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )


@pytest.mark.parametrize(
    ("number", "group"),
    [
        (signal.SIGTERM, False),
        (signal.SIGTERM, True),
        (signal.SIGINT, True),
        (signal.SIGKILL, False),
    ],
)
def test_no_worker_outlives_the_service(
    service: subprocess.Popen[str], number: signal.Signals, group: bool
) -> None:
    assert service.stdout is not None
    workers = [int(word) for word in service.stdout.readline().split()]
    assert len(workers) == 2
    if group:
        os.killpg(service.pid, number)
    else:
        os.kill(service.pid, number)
    out, err = service.communicate(timeout=30)
    assert err == ""
    if number != signal.SIGKILL:
        assert out == "ended\n"
        assert service.returncode == 0
        assert all(map(gone, workers))
    else:
        # A worker in the middle of a document ends at its limit of time at the latest.
        deadline = time.monotonic() + 30
        while not all(map(gone, workers)) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert all(map(gone, workers))


async def test_a_worker_knows_no_secrets_and_no_working_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "feedparser.py").write_text("raise SystemExit(3)", "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AGGREGATOR_MAIL__PASSWORD", "swordfish")
    async with ParserPool(workers=1) as pool:
        document = await pool.parse(b"<rss version='2.0'><channel><title>x</title></channel></rss>")
        assert document.title == "x"
        process = pool._all[0]._process
        assert process is not None
        environment = await asyncio.to_thread(Path(f"/proc/{process.pid}/environ").read_bytes)
        assert b"swordfish" not in environment


async def test_a_pool_serves_more_than_it_has_workers() -> None:
    async with ParserPool(workers=1) as pool:
        body = b"<rss version='2.0'><channel><item><guid>1</guid></item></channel></rss>"
        documents = await asyncio.gather(*(pool.parse(body) for _ in range(50)))
        assert all(len(document.entries) == 1 for document in documents)
        assert len(pool._all) == 1
