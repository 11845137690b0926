"""A person's corrections, looked up by article."""

from __future__ import annotations

from aggregator.model.story import Constraint


class Constraints:
    """Which articles belong together, which never do, and which are pinned to a story."""

    def __init__(self) -> None:
        self.together: dict[str, set[str]] = {}
        self.apart: dict[str, set[str]] = {}
        self.pinned: dict[str, str] = {}

    def add(self, constraint: Constraint) -> None:
        """Takes one in; a later one about the same two replaces what an earlier one said."""
        a, b = constraint.a, constraint.b
        if constraint.kind == "pin":
            self.pinned[a] = b
            return
        wanted, other = (
            (self.together, self.apart)
            if constraint.kind == "together"
            else (self.apart, self.together)
        )
        for one, two in ((a, b), (b, a)):
            wanted.setdefault(one, set()).add(two)
            other.get(one, set()).discard(two)
