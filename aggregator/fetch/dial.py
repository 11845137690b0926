"""Dials connections: resolve, judge every answer, connect to exactly what was judged.

This is httpcore's network backend, the lowest layer under httpx. The name is resolved once, here,
and the connection goes to the number that was judged: a resolver that answers differently a
moment later gains nothing.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from ipaddress import ip_address

import httpcore

from aggregator.errors import AddressRefused
from aggregator.fetch.addresses import AddressGuard
from aggregator.fetch.reasons import name_not_found
from aggregator.fetch.sockets import connect

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
"""Numeric addresses of a host name, in the order to try them; raises `socket.gaierror`."""

# Where one of several addresses does not answer the next one is tried after so many seconds.
_ATTEMPT = 5.0


class SystemResolver:
    """The system's resolver in threads of its own, so that slow names do not hold up others."""

    def __init__(self, threads: int = 32) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="resolve")

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        """The addresses the system knows for a name, or the one that a number stands for."""
        with suppress(ValueError):
            return [str(ip_address(host))]
        found = await asyncio.get_running_loop().run_in_executor(
            self._threads, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        )
        return list(dict.fromkeys(str(answer[4][0]) for answer in found))

    def close(self) -> None:
        """Lets go of the threads; a lookup under way ends by itself."""
        self._threads.shutdown(wait=False, cancel_futures=True)


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Connects over TCP, to addresses the guard lets pass.

    Raises `AddressRefused`, what `name_not_found` makes, and `OSError` as they are.
    """

    def __init__(self, guard: AddressGuard, resolve: Resolver) -> None:
        self._guard = guard
        self.resolve = resolve

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to the first address of ``host`` that answers. Raises `OSError`."""
        addresses = await self._judged(host, port)
        for address in addresses[:-1]:
            try:
                async with asyncio.timeout(_ATTEMPT):
                    return await connect(address, port)
            except (OSError, TimeoutError):
                continue
        if not addresses:
            raise name_not_found(host)
        return await connect(addresses[-1], port)

    async def _judged(self, host: str, port: int) -> Sequence[str]:
        """Those of the host's addresses that may be dialled.

        A name with public and inside addresses (DNS64 makes such) is dialled at its public ones.
        """
        try:
            addresses = await self.resolve(host, port)
        except (socket.gaierror, UnicodeError) as error:
            raise name_not_found(host) from error
        return self._allowed(host, addresses)

    def _allowed(self, host: str, addresses: Sequence[str]) -> Sequence[str]:
        refusals = {address: self._guard.refusal(address) for address in addresses}
        allowed = [address for address, kind in refusals.items() if kind is None]
        if refusals and not allowed:
            address, kind = next(iter(refusals.items()))
            named = host if address == host else f"{host} ({address})"
            raise AddressRefused(
                f"{named} is not a public address ({kind}); see allow_private_networks",
                hint="If you trust it, list its network in allow_private_networks ([fetch]).",
            )
        return allowed

    async def judge_number(self, host: str) -> None:
        """Raises `AddressRefused` for a host that is a number in some spelling, or localhost.

        For requests through a proxy, which looks up the names itself.
        """
        local = host.lower().rstrip(".")
        if local == "localhost" or local.endswith(".localhost"):
            host = "127.0.0.1"
        try:
            found = socket.getaddrinfo(host, None, flags=socket.AI_NUMERICHOST)
        except (socket.gaierror, UnicodeError):
            return
        self._allowed(host, [str(answer[4][0]) for answer in found])

    async def sleep(self, seconds: float) -> None:
        """Waits."""
        await asyncio.sleep(seconds)
