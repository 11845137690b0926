"""A digest with everything a rendering has to cope with: our own sentences, and hostile ones."""

from __future__ import annotations

from datetime import timedelta

from aggregator.digest.assemble import assemble
from aggregator.digest.compose import compose
from aggregator.model.article import Image
from aggregator.model.digest import Digest, DigestStory, FeedsSummary, Window
from tests.unit.digest.builders import DAWN, stored

NOW = DAWN + timedelta(hours=6)

HOSTILE = (
    '<script>alert("title")</script>',
    '"><img src=x onerror=alert(1)>',
    "\x1b]0;owned\x07\x1b[31mred\x1b[0m",
    "line one\r\nBcc: everyone@example.org",
    "</title><svg onload=alert(2)>",
    "\u202egnp.exe",
    "{{ 7 * 7 }} {% raw %}",
    "[click](javascript:alert(3)) *bold* _em_ `code` # head",
    "nul\x00 and \ud800 surrogate \ufffe",
    "1. not a list",
    "ferry & harbour < sea > land",
)


def ferry() -> Digest:
    """Three stories: a big one with copies, a small one, one that a single outlet tells."""
    big = assemble(
        "ferry",
        [
            stored(
                "f1",
                outlet="Harbour Times",
                agency="AFP",
                summary="All 212 passengers were brought ashore by noon. Divers look at the hull.",
                topics=("Shipping",),
                image=Image(
                    url="https://harbour-times.example/ferry.jpg",
                    caption="The ferry off Skerry Point",
                    credit="Ida Strand/AFP",
                ),
                feed_id="sea",
            ),
            *(
                stored(f"c{number}", outlet=outlet, minutes=10 + number, copy_of="f1")
                for number, outlet in enumerate(("Coast Radio", "Island Post", "Evening Star"))
            ),
            stored("f2", outlet="Capital Daily", title="Captain had reported fog", minutes=30),
            stored("f3", outlet="Nordnytt", title="Fähre läuft auf Grund", minutes=45),
        ],
        categories={"sea": "Coast"},
        seen_at=DAWN + timedelta(minutes=40),
    )
    small = assemble(
        "school",
        [
            stored("s1", outlet="Capital Daily", title="Schools to close early in heat"),
            stored("s2", outlet="Coast Radio", title="Heat shortens school day", minutes=20),
        ],
    )
    single = assemble("bees", [stored("b1", outlet="Garden Weekly", title="Bees return to roofs")])
    return _compose(big, small, single)


def hostile() -> Digest:
    """One story for each hostile string, which stands in every field a feed can fill."""
    return _compose(
        *(
            assemble(
                f"h{number}",
                [
                    stored(
                        f"x{number}",
                        outlet=text or "x",
                        title=text,
                        summary=text * 2,
                        topics=(text,),
                        agency=text,
                        url="javascript:alert(4)",
                        image=Image(url="javascript:alert(5)", caption=text, credit=text),
                        feed_id="f",
                        words=400,
                    ),
                    stored(f"y{number}", outlet=f"Second {text}", title=text, minutes=2),
                    stored(f"z{number}", outlet="Third", minutes=3, copy_of=f"x{number}"),
                ],
                categories={"f": text},
            )
            for number, text in enumerate(HOSTILE)
        )
    )


def empty() -> Digest:
    """A digest of nothing."""
    return _compose()


def _compose(*stories: DigestStory) -> Digest:
    return compose(
        stories,
        window=Window(start=NOW - timedelta(hours=24), end=NOW),
        now=NOW,
        feeds=FeedsSummary(polled=12, failing=2, silent=1),
    )
