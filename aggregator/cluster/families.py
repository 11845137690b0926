"""Families of copies: every text with its copies, named by the member that was read first."""

from __future__ import annotations

from collections.abc import Iterable


class Families:
    """Which articles share one text. Only articles that have a copy take any room."""

    def __init__(self) -> None:
        self._head: dict[str, str] = {}
        self._members: dict[str, list[str]] = {}

    def head(self, article_id: str) -> str:
        """The earliest-read member of the article's family: itself where it has none."""
        return self._head.get(article_id, article_id)

    def members(self, article_id: str) -> tuple[str, ...]:
        """The article's family, head first; the article alone where it has none."""
        return tuple(self._members.get(self.head(article_id), (article_id,)))

    def join(self, earlier: str, later: str) -> tuple[str, ...]:
        """Makes two families one, the first being that of whose head was read earlier.

        Gives the articles that are under another head now.
        """
        first, second = self.head(earlier), self.head(later)
        if first == second:
            return ()
        moved = self._members.pop(second, [second])
        self._members.setdefault(first, [first]).extend(moved)
        self._head.update(dict.fromkeys(moved, first))
        return tuple(moved)

    def forget(self, article_ids: Iterable[str]) -> None:
        """Drops articles; a head is still named for as long as one of its copies is here."""
        for article_id in article_ids:
            head = self._head.pop(article_id, article_id)
            family = self._members.get(head)
            if family is None:
                continue
            if article_id != head:
                family.remove(article_id)
            if all(member == head for member in family):
                del self._members[head]
