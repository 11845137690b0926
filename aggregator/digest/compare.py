"""What one wording changed of another, so that a person can read it.

Paragraphs are matched first and words within matched ones after, which keeps the cost of long
texts near linear and a moved comma from looking like a new text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

ChangeKind = Literal["same", "added", "dropped"]

_WORD = re.compile(r"\s+|\w+|[^\w\s]")
_ALIKE = 0.4
"""Paragraphs that share this much of their words are one, changed."""
_FEW = 2
_MANY_WORDS = 1500
"""Beyond this a paragraph is compared whole."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that both have, or one alone."""

    kind: ChangeKind
    text: str


Paragraph = tuple[Piece, ...]


def compare(before: Sequence[str], after: Sequence[str]) -> tuple[Paragraph, ...]:
    """The paragraphs of both in reading order, what was dropped before what was added.

    Joining a paragraph's pieces without the added ones gives the old, without the dropped the new.
    """
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    found: list[Paragraph] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            found += [(Piece("same", text),) for text in before[a:b]]
        else:
            found += _block(before[a:b], after[c:d])
    return tuple(found)


def change_words(before: Sequence[str], after: Sequence[str]) -> str:
    """How much was changed, in words: ``shortened to 46 %, 3 passages changed``."""
    pieces = [piece for paragraph in compare(before, after) for piece in paragraph]
    changed = sum(
        piece.kind != "same" and (number == 0 or pieces[number - 1].kind == "same")
        for number, piece in enumerate(pieces)
    )
    if not changed:
        return "the same text"
    words = {kind: sum(len(p.text.split()) for p in pieces if p.kind == kind) for kind in _KINDS}
    old = words["same"] + words["dropped"]
    new = words["same"] + words["added"]
    said = []
    if new < 0.85 * old:
        said.append(f"shortened to {new / old:.0%}".replace("%", " %"))
    elif old < 0.85 * new:
        said.append(f"{new - old} words longer")
    said.append("1 passage changed" if changed == 1 else f"{changed} passages changed")
    return ", ".join(said)


_KINDS: tuple[ChangeKind, ...] = ("same", "added", "dropped")


def _block(before: Sequence[str], after: Sequence[str]) -> Iterator[Paragraph]:
    """Paragraphs that differ: those that are alike are compared by words, in order."""
    waiting = list(before)
    for text in after:
        match = next((n for n, old in enumerate(waiting) if _alike(old, text)), None)
        if match is None:
            yield (Piece("added", text),)
            continue
        yield from ((Piece("dropped", old),) for old in waiting[:match])
        yield _words(waiting[match], text)
        waiting = waiting[match + 1 :]
    yield from ((Piece("dropped", old),) for old in waiting)


def _alike(one: str, two: str) -> bool:
    a, b = set(_WORD.findall(one.casefold())), set(_WORD.findall(two.casefold()))
    return 2 * len(a & b) >= _ALIKE * (len(a) + len(b)) + 1


def _words(before: str, after: str) -> Paragraph:
    old, new = _WORD.findall(before), _WORD.findall(after)
    if max(len(old), len(new)) > _MANY_WORDS:
        return Piece("dropped", before), Piece("added", after)
    pieces: list[Piece] = []
    dropped = added = ""
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        # A lone word that happens to be in both, amid changes, would tear them to shreds.
        lone = a > 0 and b < len(old) and sum(word.isalnum() for word in old[a:b]) < _FEW
        if tag == "equal" and not (lone and (dropped or added)):
            pieces += _changes(dropped, added)
            dropped = added = ""
            pieces.append(Piece("same", "".join(old[a:b])))
        else:
            dropped += "".join(old[a:b])
            added += "".join(new[c:d])
    return tuple(pieces + _changes(dropped, added))


def _changes(dropped: str, added: str) -> list[Piece]:
    both: tuple[Piece, ...] = (Piece("dropped", dropped), Piece("added", added))
    return [piece for piece in both if piece.text]
