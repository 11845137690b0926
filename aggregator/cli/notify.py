"""Words to systemd: that the service is ready, alive, stopping (sd_notify(3)).

The protocol is one datagram to the socket that NOTIFY_SOCKET names; without it nothing is said.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from datetime import timedelta


class Notifier:
    """Tells the service manager that started this process how it is."""

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        path = environ.get("NOTIFY_SOCKET", "")
        # A leading @ stands for an abstract socket.
        self._address = "\0" + path[1:] if path.startswith("@") else path
        self._watchdog = environ.get("WATCHDOG_USEC", "")

    @property
    def watchdog(self) -> timedelta | None:
        """How often the manager wants to hear of us: half the time after which it gives up."""
        if not self._watchdog.isdigit() or not self._address:
            return None
        return timedelta(microseconds=int(self._watchdog)) / 2

    def ready(self) -> None:
        """Everything that has to run, runs."""
        self._say("READY=1")

    async def alive(self) -> None:
        """Still there: the event loop got round to saying so."""
        self._say("WATCHDOG=1")

    def stopping(self) -> None:
        """The end has begun."""
        self._say("STOPPING=1")

    def _say(self, words: str) -> None:
        if not self._address:
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as manager:
            try:
                manager.sendto(words.encode(), self._address)
            except OSError:
                # The manager has gone; that is no reason for the service to go as well.
                return
