"""What one document may cost its worker."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class ParserLimits:
    """Bounds on one document.

    Attributes:
        cpu_seconds, cpu_seconds_per_mib: processor time, a base and more for a longer body. Past
            it reading ends with the entries read so far; a worker that does not notice is killed
            a second later.
        wall_seconds, wall_factor: the same by the clock, a base and a multiple of the time above:
            a busy machine is no fault of the document, a sleeping worker is.
        memory: address space of a worker, in bytes.
        max_entries: of a document with more, the newest are read.
    """

    cpu_seconds: float = 5.0
    cpu_seconds_per_mib: float = 1.0
    wall_seconds: float = 10.0
    wall_factor: float = 12.0
    memory: int = 1024 * MIB
    max_entries: int = 2_000

    def cpu(self, size: int) -> float:
        """Seconds of processor time that a body of this many bytes may take."""
        return self.cpu_seconds + self.cpu_seconds_per_mib * size / MIB

    def wall(self, size: int) -> float:
        """Seconds by the clock after which a worker counts as lost."""
        return self.wall_seconds + self.wall_factor * self.cpu(size)
