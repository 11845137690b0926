"""A small world of news for the pages: our own sentences, in a real store."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from aggregator.model.article import Article, Image, NormalisedEntry, Outlet, RelatedLink
from aggregator.model.feed import Feed, FeedState
from aggregator.model.instants import Instant
from aggregator.model.signature import Signature
from aggregator.model.story import ClusterChanges, Evidence, Membership
from aggregator.ports import Store

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)

FERRY = (
    "A ferry with 212 people aboard ran aground off Skerry Point in thick fog early on Wednesday.",
    "All passengers were brought ashore by noon and nobody was badly hurt, the coastguard said.",
    "Divers are looking at the hull, and a tug has been called from the mainland.",
)
CAPTAIN = (
    "The captain of the stranded ferry had asked the harbour for permission to wait, it emerged.",
    "A recording heard by this newspaper has him call the fog the worst in eleven years.",
    "All passengers were brought ashore by noon.",
)
UNION = (
    "The seafarers' union asked for an inquiry into the ferry that ran aground off Skerry Point.",
    "It says crews on the route have been cut from nine to six since the autumn.",
)
SCHOOL = (
    "Schools in the capital will close at noon for the rest of the week because of the heat.",
    "The ministry expects 38 degrees in classrooms on the upper floors.",
)
TEACHERS = ("Teachers welcomed the shorter days, and asked for blinds that have been promised.",)
BEES = ("Hives on the roof of the old post office have come through the winter, keepers report.",)


class FixedClock:
    """A clock that a test moves by hand."""

    def __init__(self, now: Instant = NOW) -> None:
        self.instant = now

    def now(self) -> Instant:
        return self.instant


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One article, and where it belongs."""

    id: str
    story: str
    outlet: str
    title: str
    text: tuple[str, ...]
    minutes: float
    copy_of: str | None = None
    agency: str | None = None
    image: Image | None = None
    topics: tuple[str, ...] = ()
    related: tuple[RelatedLink, ...] = ()
    url: str | None = None
    summary: str | None = None
    language: str = "en"


PICTURE = Image(
    url="https://pictures.example/ferry.jpg",
    caption="The ferry off Skerry Point",
    credit="Ida Strand/AFP",
)

PIECES = (
    Piece(
        id="f1",
        story="ferry",
        outlet="Harbour Times",
        title="Ferry runs aground off Skerry Point",
        text=FERRY,
        minutes=0,
        agency="AFP",
        image=PICTURE,
        topics=("Shipping",),
        related=(RelatedLink(label="READ", title="Fog on the sound", url=None, after=2),),
    ),
    Piece(
        id="f2",
        story="ferry",
        outlet="Coast Radio",
        title="212 rescued from stranded ferry",
        text=FERRY,
        minutes=20,
        copy_of="f1",
        agency="AFP",
    ),
    Piece(
        id="f3",
        story="ferry",
        outlet="Island Post",
        title="Ferry aground: everyone safe",
        text=(*FERRY[:2], "A tug is on its way, and the hull is being looked at by divers."),
        minutes=35,
        copy_of="f1",
    ),
    Piece(
        id="f4",
        story="ferry",
        outlet="Capital Daily",
        title="Captain had asked to wait for the fog to lift",
        text=CAPTAIN,
        minutes=50,
        topics=("Shipping", "Safety"),
    ),
    Piece(
        id="f5",
        story="ferry",
        outlet="Evening Star",
        title="Union wants inquiry into ferry",
        text=UNION,
        minutes=80,
    ),
    Piece(
        id="s1",
        story="school",
        outlet="Capital Daily",
        title="Schools to close at noon in heat",
        text=SCHOOL,
        minutes=10,
        topics=("Education",),
    ),
    Piece(
        id="s2",
        story="school",
        outlet="Evening Star",
        title="Teachers welcome shorter days",
        text=TEACHERS,
        minutes=40,
    ),
    Piece(
        id="b1",
        story="bees",
        outlet="Garden Weekly",
        title="Bees are back on the roofs",
        text=BEES,
        minutes=70,
    ),
)

FEEDS = {
    "Harbour Times": "Coast",
    "Coast Radio": "Coast",
    "Island Post": "Coast",
    "Capital Daily": "Capital",
    "Evening Star": "Capital",
    "Garden Weekly": None,
}


def feed_url(outlet: str) -> str:
    """The address of an outlet's feed."""
    return f"https://{host(outlet)}.example/rss"


def host(outlet: str) -> str:
    """A host name that an outlet of this name may have."""
    return re.sub(r"[^a-z0-9]+", "-", outlet.lower()).strip("-")


async def fill(store: Store, pieces: Sequence[Piece] = PIECES) -> None:
    """Subscribes the outlets, stores their articles and puts them into their stories."""
    outlets = dict.fromkeys((*FEEDS, *(piece.outlet for piece in pieces)))
    await store.sync_feeds(
        [Feed(url=feed_url(name), title=name, category=FEEDS.get(name)) for name in outlets],
        now=NOW,
    )
    ids = {record.feed.url: record.id for record in await store.feeds()}
    for name in outlets:
        state = FeedState(last_poll_at=NOW, last_success_at=NOW, condition="ok", status=200)
        entries = [entry(piece) for piece in pieces if piece.outlet == name]
        await store.save_poll(ids[feed_url(name)], state, entries)
    await place(store, pieces)


async def place(store: Store, pieces: Sequence[Piece]) -> None:
    """Puts stored articles into their stories."""
    await store.unclustered(limit=1000)
    founders: dict[str, str] = {}
    for piece in pieces:
        founders.setdefault(piece.story, piece.id)
    await store.apply(
        ClusterChanges(
            memberships=tuple(
                Membership(
                    article_id=piece.id,
                    story_id=piece.story,
                    copy_of=piece.copy_of,
                    evidence=evidence(piece, founders[piece.story]),
                )
                for piece in pieces
            )
        )
    )


def evidence(piece: Piece, founder: str) -> Evidence:
    """Why the piece is in its story."""
    if piece.copy_of:
        return Evidence(rule="copy", resemblance=0.91, compared_with=piece.copy_of)
    if piece.id == founder:
        return Evidence(rule="founder")
    return Evidence(
        rule="event",
        score=0.87,
        parts={"title": 0.41, "body": 0.33, "time": 0.97},
        terms=("ferry", "skerry", "aground"),
        compared_with=founder,
    )


def entry(piece: Piece, digest: str = "d1") -> tuple[NormalisedEntry, Signature]:
    """The piece as a poll hands it to the store."""
    published = NOW - timedelta(hours=5) + timedelta(minutes=piece.minutes)
    made = Article(
        id=piece.id,
        url=piece.url or f"https://{host(piece.outlet)}.example/{piece.id}",
        outlet=Outlet(name=piece.outlet, feed_url=feed_url(piece.outlet)),
        title=piece.title,
        published_at=published,
        fetched_at=published + timedelta(minutes=4),
        agency=piece.agency,
        image=piece.image,
        summary=piece.summary if piece.summary is not None else piece.text[0],
        paragraphs=piece.text,
        related=piece.related,
        topics=piece.topics,
        language=piece.language,
        word_count=sum(len(paragraph.split()) for paragraph in piece.text),
    )
    normalised = NormalisedEntry(
        article=made, entry_digest=digest, guid=piece.id, outlet_key=host(piece.outlet)
    )
    return normalised, Signature(recipe="none")
