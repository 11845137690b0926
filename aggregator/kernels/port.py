"""What either set of kernels answers: the same, bit for bit where not said otherwise."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

I16 = NDArray[np.int16]
U8 = NDArray[np.uint8]
U32 = NDArray[np.uint32]
U64 = NDArray[np.uint64]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
Flags = NDArray[np.bool_]
F32 = NDArray[np.float32]
F64 = NDArray[np.float64]

KEY_FACTOR = 0x9E3779B97F4A7C15
"""2⁶⁴ over the golden ratio: the upper bits of a key times this are its place in a table (Knuth,
"The Art of Computer Programming", 6.4)."""
CHUNK_FACTOR = 0xD6E8FEB86659FD93
"""Odd, so that powers of it have inverses modulo 2⁶⁴."""


class Marks(NamedTuple):
    """What `Kernels.counted` has to know of the bits of words and of flags.

    A stem's number stands above ``bits`` bits, of which the lowest says that a sentence ends after
    the word; whether one ended before it is bit ``before`` where flags are looked up; ``none`` are
    the flags of what is no word. ``titled``, ``named`` and ``leading`` are flags, the first for a
    title's words, the last for the ``lead`` words after them; a title of which more than
    ``shouted`` are ``named`` and nothing else names nobody. Of all stems ``most`` are kept.
    """

    bits: int
    before: int
    none: int
    titled: int
    named: int
    leading: int
    lead: int
    shouted: float
    most: int


class Telling(NamedTuple):
    """What makes a term of some frequency telling: log(rows ÷ (frequency + ½ + faith · prior))."""

    rows: float
    faith: float


class Branches(NamedTuple):
    """Branches of a tree that has yet to grow, one place each in all arrays but the last two.

    ``sizes`` counts their articles; ``squares`` has the squared lengths of their summed vectors;
    ``inside`` the summed probability of the pairs within, ``mass`` of all pairs that their articles
    have, those within counted twice. The vectors: of branch k the ``terms``, rising, and
    ``weights`` from ``ends[k]`` to ``ends[k + 1]``.
    """

    sizes: I64
    squares: F64
    inside: F64
    mass: F64
    ends: I32
    terms: I32
    weights: F32


class Growth(NamedTuple):
    """How a tree grows: ``columns`` is above every term, the others as `gather` has them.

    Branches less than ``least`` alike are never one. A branch's vector keeps its ``terms``
    heaviest. ``deep`` bounds how many neighbours an article is expected to show in a branch;
    ``coherent`` and ``linked`` stand for how alike and how linked the articles of a branch are
    that has but one.
    """

    columns: int
    least: float
    terms: int
    deep: float
    coherent: float
    linked: float


class Weighing(NamedTuple):
    """How the links of an article are weighed: a story's mean link is over its ``deep`` best.

    ``most`` stories are asked, and none whose mean link is below ``worthy`` of the strongest.
    """

    deep: int
    most: int
    worthy: float


class Kernels(Protocol):
    """The inner loops of signing and clustering, over plain arrays."""

    # -- sketches --------------------------------------------------------------------------
    def rolled(self, values: U32, step: int, times: int, factor: int) -> U32:
        """For each place v: v · factor + the value ``step`` on, and so on, so many times.

        All modulo 2³²; as many as there are values, less step × times.
        """
        ...

    def mixed(self, values: U32) -> U32:
        """MurmurHash3's 32-bit finaliser, value by value: a bijection that spreads all bits."""
        ...

    def least_permuted(self, hashes: U32, a: U32, b: U32) -> U32:
        """For each k the least of a[k] · hash + b[k] modulo 2³² over all hashes (some)."""
        ...

    # -- words -----------------------------------------------------------------------------
    def chunks(self, points: U32) -> tuple[U64, I32, I32]:
        """What stands between spaces in a text of code points: hashes, starts and ends.

        Spaces are Python's, those that ``str.split`` splits at. A hash is the sum of code point
        times `CHUNK_FACTOR` to the power of its place, modulo 2⁶⁴.
        """
        ...

    def find(self, keys: U64, held: U64, values: I32) -> I32:
        """The values of keys in a `KeyTable`'s arrays; 0 for those it does not hold."""
        ...

    def insert(self, keys: U64, given: I32, held: U64, values: I32) -> None:
        """Files values by keys in a `KeyTable`'s arrays, which lack the keys and have the room."""
        ...

    def unfolded(self, values: I32, runs: I32) -> I32:
        """Values in their order; for -k what stands behind ``runs[k]``, that many."""
        ...

    def counted(self, words: I32, heading: int, marks: Marks, flags: U8) -> tuple[I32, U8, U8]:
        """A text's distinct stems in order of their first standing, with counts and flags.

        ``words`` are numbers as a wordbook gives them, the first ``heading`` of them the title's;
        ``flags`` has a word's flags by its bits and those before it.
        """
        ...

    def laid(
        self, numbers: I32, counts: U8, flags: U8, worth: F32, sizes: I64,
        terms: I32, all_counts: U8, all_flags: U8,
    ) -> I32:  # fmt: skip
        """Lays articles' terms out, a line each of the last three; how many each has there.

        ``sizes`` says how many each brings, one after the other. Of more than a line holds those
        of most ``worth`` stay, of equals the first, all in their order; nought stands behind them.
        """
        ...

    # -- lists -----------------------------------------------------------------------------
    def append(
        self, keys: I32, values: I32, done: int, spans: I64, arena: I32, end: int
    ) -> tuple[int, int]:
        """Puts values on the lists of their keys, in order, from place ``done`` on.

        ``spans`` and ``arena`` are those of `Lists`, the latter filled up to ``end``. Gives how
        many are done, fewer than all where the arena is too small, and where it ends then.
        """
        ...

    def moved(self, arena: I32, starts: I64, counts: I64, wider: I32, to: I64) -> None:
        """Copies lists from their ``starts`` in one array ``to`` their places in another."""
        ...

    # -- postings --------------------------------------------------------------------------
    def filed(
        self, keys: U32, numbers: U32, held: U32, given: U32, following: U8, floor: int, each: int
    ) -> int:
        """Files numbers under keys, which rise, in a table of buckets; how many were filed.

        A key's upper bits choose its bucket, a line of ``held`` (keys) and ``given`` (numbers);
        ``following`` says which of its slots is written next. A key is passed over that ``each``
        numbers from ``floor`` on have, in the table or, of these, before it.
        """
        ...

    def looked_up(self, keys: U32, held: U32, given: U32, floor: int) -> tuple[I64, U32]:
        """What such a table holds under keys from ``floor`` on: places of keys, and numbers."""
        ...

    # -- neighbours ------------------------------------------------------------------------
    def nearest(
        self, terms: I32, worth: F32, wanted: Flags, spans: I64, arena: I32,
        rows: I32, below: I32, hours: F32, near: float, count: int, scratch: F32,
    ) -> tuple[I64, I32]:  # fmt: skip
        """For each row that asks, the ``count`` rows whose common terms are worth the most.

        ``terms``, ``worth`` and ``wanted`` have a line for each of the ``rows`` that ask; lists of
        terms are `Lists`. Rows from ``below`` on and the asking one itself are left out. What they
        are worth counts for less the farther apart their ``hours`` are: exp(-½ (hours ÷ near)²),
        where both are known. Gives where each asking row's end (from 0 on), and rows, best first,
        of equal ones the smaller. ``scratch`` is nought for every row, and again then.
        """
        ...

    def best(self, values: F32, places: I32, ends: I64, count: int) -> tuple[I64, I32]:
        """The ``count`` places of largest value within each run, best first; where each ends.

        Values are not negative; of equal values the smaller place is better.
        """
        ...

    def shared(
        self, terms: I32, idf: F32, worth: F32, telling: Flags, flags: U8, ends: I64, others: I32,
        all_terms: I32, all_counts: U8, all_flags: U8, sizes: I32,
        weight: F32, counted: U8, titled: int, places: I16,
    ) -> F32:  # fmt: skip
        """What asking rows and their others share, summed over their terms; but for rounding.

        Five columns for the bits of ``counted`` by flags, each of worth × weight by count; and the
        IDF of what is ``titled`` there, and here. Only terms that are ``telling`` count.
        ``places`` is nought for every term, and again then.
        """
        ...

    def facets(
        self, sums: F32, ends: I64, rows: I32, others: I32, lengths: F32, own: F32,
        sources: U32, hours: F32, near: float, name: int, some: float,
    ) -> F32:  # fmt: skip
        """What rows share with their others, as six shares; but for rounding.

        Out of ``sums`` as `shared` gives them and the ``lengths`` of all rows as `measured` gives
        them: five cosines, and the larger share of either headline. Two rows of one of
        ``sources`` (0 for none) share no more than their titles, and nothing where both have
        names (column ``name``) and share less than ``some`` of them. All count for less the
        farther apart their ``hours`` are, see `nearest`.
        """
        ...

    def common(
        self, rows: I32, others: I32, terms: I32, sizes: I32, marked: Flags
    ) -> tuple[I64, I32]:
        """Where those terms of rows stand that another row has as well, and where each pair's end.

        ``terms`` and ``sizes`` are those of all rows. ``marked`` is False for every term, and again
        then.
        """
        ...

    # -- standing --------------------------------------------------------------------------
    def measured(
        self, rows: I32, terms: I32, counts: U8, flags: U8, sizes: I32,
        df: F32, prior: F32, telling: Telling, known: F32, weight: F32, counted: U8, titled: int,
    ) -> F32:  # fmt: skip
        """The lengths of rows' vectors; equal but for rounding.

        ``known`` has the IDF of what stands in 0, 1, 2 … rows, as far as somebody has it ready.

        Five columns for the bits of ``counted`` by flags, each over weight by count × IDF; and the
        summed IDF of what is ``titled``.
        """
        ...

    def stood(self, rows: I32, ends: I64, near: I32, shared: F32, best: F32, usual: F32) -> None:
        """Notes the most that rows share with any other, and the usual of their thirty best.

        ``near`` has each row's others up to its end, ``shared`` how much they share; theirs is
        noted as well, the usual nearly so. Row after row; equal but for rounding.
        """
        ...

    def noted(
        self, rows: I32, ends: I64, near: I32, likely: F32, best: F32, known: Flags, partner: float
    ) -> tuple[int, int]:
        """Notes rows as known and how likely the likeliest of their others is, theirs as well.

        Gives how many more are known, and how many more of those known have one above ``partner``.
        """
        ...

    # -- stories ---------------------------------------------------------------------------
    def weighed(
        self, near: I32, likely: F32, holds: Flags, story: I32, sizes: I32, barred: I32,
        weighing: Weighing,
    ) -> tuple[I32, I32, F64]:  # fmt: skip
        """The stories an article is linked to most, the strongest first, and the nearest row there.

        ``near`` are rows of which each is ``likely`` of one event with it; a story counts where
        one such link ``holds`` and it is not ``barred``. ``story`` has the number of each row's, 0
        for none, ``sizes`` how many rows each story has. Six columns: the mean link of both ways,
        the weaker way's, the strongest link, the mean of the three strongest, the strongest mean
        of any other story, and the fifth strongest of all.
        """
        ...

    # -- learned ---------------------------------------------------------------------------
    def boosted(self, rows: F64, column: I64, bound: F64, leaves: F64, bias: float) -> F64:
        """The summed outcomes of trees of two questions, for each row; but for rounding.

        A tree asks whether a ``column`` is above its ``bound``; the first question, then the one
        for no, the one for yes; ``leaves`` has its four outcomes from no, no to yes, yes.
        """
        ...

    # -- trees -----------------------------------------------------------------------------
    def products(
        self, ends: I32, terms: I32, weights: F32, columns: int, one: I64, two: I64
    ) -> F32:
        """The dot products of pairs of sparse rows, sorted by the first; equal but for rounding.

        Row k has its ``terms``, below ``columns``, and ``weights`` from ``ends[k]`` to
        ``ends[k + 1]``.
        """
        ...

    def branched(
        self, leaves: Branches, one: I64, two: I64, links: F64, apart: I64, growth: Growth
    ) -> tuple[I64, I64, F64]:
        """The joints of a tree: either half, and the facts `FACTS` of it; equal but for rounding.

        ``links`` has for the pairs of leaves ``one`` < ``two`` their dot product, the summed
        probability of the pairs across, and the three likeliest of those. The two branches most
        alike are joined first: dot product over both sizes; of equals the older. The pairs of
        leaves ``apart`` never meet.
        """
        ...
