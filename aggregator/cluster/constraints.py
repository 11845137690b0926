"""A person's corrections, looked up by article."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from aggregator.model.story import Constraint


class Constraints:
    """Which articles belong together, which never do, and which are pinned to a story."""

    def __init__(self) -> None:
        self.together: dict[str, set[str]] = {}
        self.apart: dict[str, set[str]] = {}
        self.pinned: dict[str, str] = {}

    def become(self, constraints: Iterable[Constraint]) -> None:
        """Holds these, the oldest first, and no others."""
        for held in (self.together, self.apart, self.pinned):
            held.clear()
        for constraint in constraints:
            self.add(constraint)

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

    def company(self, article: str) -> Collection[str]:
        """The articles this one belongs with."""
        return self.together.get(article, ())

    def enemies(self, article: str) -> Collection[str]:
        """The articles this one is never with."""
        return self.apart.get(article, ())

    def may_meet(self, some: Iterable[str], others: Iterable[str]) -> bool:
        """Whether nobody said of two of them that they are never together."""
        wanted = set(others)
        return not any(wanted & set(self.enemies(one)) for one in some)

    def hostile(self) -> Iterator[tuple[str, str]]:
        """Every two that are never together, once."""
        for one, others in self.apart.items():
            yield from ((one, other) for other in others if one < other)

    def tied(self) -> Iterator[tuple[str, str]]:
        """Every two that belong together, once."""
        for one, others in self.together.items():
            yield from ((one, other) for other in others if one < other)
