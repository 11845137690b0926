from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.cluster.copies import CopyFinder, CopyVerdict
from aggregator.model.signature import SignedArticle
from aggregator.model.story import Evidence, Membership
from aggregator.similarity.sign import sign

MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)

PARAGRAPHS = (
    (
        "Port Ellen harbour authority said on Tuesday that its ferry terminal would stay shut "
        "until engineers had examined two cracked piles under its southern pier."
    ),
    (
        "Divers looking for a lost anchor found the damage last week. Nobody had inspected the "
        "piles since the pier was lengthened in 1998, the authority's own records show."
    ),
    (
        "Passengers are taken to Kennacraig by bus, which adds ninety minutes to the journey. "
        "Distilleries on the island warned that lorries with casks were stuck on both shores."
    ),
    (
        "Moira Campbell, who runs the terminal, said that she hoped to open one of the two berths "
        "before Easter. The repair is thought to cost some four million pounds."
    ),
    (
        "The council will meet on Thursday to decide whether the old pier can be used meanwhile, "
        "as fishermen who land their catch there have offered to make room."
    ),
)
OTHER = (
    "Beekeepers in the valley lost a third of their colonies over the winter, a survey of the "
    "regional association has found, twice as many as in the year before. Its chairman blames a "
    "warm December in which queens went on laying, and mites that multiplied with the brood. "
    "Members who treated their hives in October fared better than those who waited for frost. "
    "The association asks farmers to sow flowering strips, and offers young queens at cost."
)
REPORT = "\n".join(PARAGRAPHS)


class Desk:
    """A finder with its texts at hand, and a record of how often they were asked for."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.calls = 0
        self.finder = CopyFinder(texts=self._held)

    def _held(self, ids: Sequence[str]) -> Mapping[str, str]:
        self.calls += 1
        return {name: self.texts[name] for name in ids if name in self.texts}

    def read(
        self,
        name: str,
        text: str = REPORT,
        title: str = "Ferry terminal at Port Ellen stays shut",
        source: str | None = "one",
        url: str | None = None,
        at: datetime | None = None,
        apart: Sequence[str] = (),
    ) -> CopyVerdict | None:
        article = SignedArticle(
            id=name, title=title, text=text, source=source, url=url, published_at=at
        )
        verdict = self.finder.add(article, apart=apart)
        self.texts[name] = f"{title}\n{text}"
        return verdict


@pytest.fixture
def desk() -> Desk:
    return Desk()


def rule(verdict: CopyVerdict | None) -> str | None:
    return verdict.evidence.rule if verdict else None


# -- copies --------------------------------------------------------------------------------


def test_the_same_text_in_another_typography_is_the_same_text(desk: Desk) -> None:
    desk.read("a")
    verdict = desk.read("b", REPORT.replace("'", "’").replace(" ", "\u00a0", 9), source="two")
    assert verdict == CopyVerdict(
        article_id="a",
        copy_of="a",
        evidence=Evidence(
            rule="same-text",
            parts={"containment": 1.0, "proportion": 1.0},
            resemblance=1.0,
            compared_with="a",
        ),
    )


@pytest.mark.parametrize(
    ("edited", "title"),
    [
        (REPORT, "Islay cut off as ferry pier cracks"),
        ("\n".join(reversed(PARAGRAPHS)), "Ferry terminal stays shut"),
        ("\n".join(PARAGRAPHS[:2]), "Ferry terminal at Port Ellen stays shut"),
        (f"{REPORT}\n{OTHER}", "Ferry terminal at Port Ellen stays shut"),
        (f"Sign up for our letters.\n{REPORT}\nShare this with friends.", "Terminal shut"),
        (PARAGRAPHS[0], "Islay cut off"),
    ],
    ids=["retitled", "shuffled", "cut", "extended", "furniture", "summary"],
)
@pytest.mark.parametrize("edited_first", [False, True])
def test_edited_forms_are_copies_in_either_order(
    desk: Desk, edited: str, title: str, edited_first: bool
) -> None:
    readings = [("a", REPORT, "Ferry terminal at Port Ellen stays shut"), ("b", edited, title)]
    first, second = reversed(readings) if edited_first else readings
    assert desk.read(first[0], first[1], first[2], source="one") is None
    verdict = desk.read(second[0], second[1], second[2], source="two")
    assert rule(verdict) == "copy"
    assert verdict is not None
    assert verdict.copy_of == first[0]


def test_every_fifth_word_changed_leaves_a_copy(desk: Desk) -> None:
    words = REPORT.split(" ")
    words[::5] = ["elsewhere"] * len(words[::5])
    desk.read("a")
    verdict = desk.read("b", " ".join(words), source="two")
    assert rule(verdict) == "copy"
    assert verdict is not None
    assert 0.4 < (verdict.evidence.resemblance or 0) < 0.8
    assert set(verdict.evidence.parts) == {"containment", "proportion", "estimate"}


LANGUAGES = json.loads((Path(__file__).parent / "ferry_reports.json").read_text("utf-8"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_copies_are_copies_in_every_script(desk: Desk, language: str) -> None:
    text, title = LANGUAGES[language]["text"], LANGUAGES[language]["title"]
    desk.read("a", text, title)
    assert rule(desk.read("cut", text[: len(text) * 2 // 5], title, source="two")) == "copy"
    third = len(text) // 3
    changed = f"{text[: third - 9]}—{text[third:-third]}…{text[9 - third :]}"
    assert rule(desk.read("changed", changed, "1", source="three")) == "copy"
    assert desk.finder.family("changed") == ("a", "cut", "changed")
    assert desk.read("other", text[::-1], title[::-1], source="four") is None


def test_a_text_put_under_another_is_no_copy_of_it(desk: Desk) -> None:
    desk.read("bees", OTHER, title="Beekeepers count their losses", source="two")
    assert desk.read("both", f"{REPORT}\n{OTHER}") is None
    assert rule(desk.read("ferry", source="three")) == "copy"
    assert desk.finder.family("bees") == ("bees",)
    assert desk.finder.family("ferry") == ("both", "ferry")


def test_copy_of_names_the_earliest_even_after_two_families_turn_out_to_be_one(
    desk: Desk,
) -> None:
    desk.read("head", "\n".join(PARAGRAPHS[:2]))
    assert desk.read("tail", "\n".join(PARAGRAPHS[3:]), title="Council to meet", source="2") is None
    assert rule(desk.read("tail again", "\n".join(PARAGRAPHS[3:]), title="Meeting")) == "copy"
    most = "\n".join((PARAGRAPHS[3], PARAGRAPHS[4], PARAGRAPHS[2]))
    whole = desk.read("most", most, title="Council to meet", source="4")
    assert whole is not None
    assert whole.copy_of == "tail"
    assert desk.finder.family("most") == ("tail", "tail again", "most")


def test_families_that_one_text_shows_to_be_one_are_joined_under_the_earliest(desk: Desk) -> None:
    words = REPORT.split(" ")
    thinned = words.copy()
    thinned[::4] = ["elsewhere"] * len(thinned[::4])
    changed = words.copy()
    changed[2::4] = ["meanwhile"] * len(changed[2::4])
    desk.read("a", " ".join(thinned), title="Shut")
    assert desk.read("b", " ".join(changed), title="Closed", source="two") is None
    verdict = desk.read("c", REPORT, title="Pier", source="three")
    assert verdict is not None
    assert verdict.copy_of == "a"
    assert verdict.rebased == ("b",)
    assert set(desk.finder.family("c")) == {"a", "b", "c"}


def test_a_bare_headline_is_no_text_of_its_own(desk: Desk) -> None:
    desk.read("a", REPORT, "Ferry terminal at Port Ellen stays shut")
    bare = desk.read("b", "", "Ferry Terminal at Port Ellen Stays Shut", source="links")
    assert rule(bare) == "same-title"
    desk.read("c", OTHER, "What we read", source="one")
    assert desk.read("d", "", "What we read", source="links") is None


FORMS = (
    REPORT,
    "\n".join(PARAGRAPHS[:2]),
    "\n".join(PARAGRAPHS[2:]),
    "\n".join(reversed(PARAGRAPHS)),
    f"{REPORT}\n{OTHER}",
    OTHER,
    OTHER[:200],
    f"{OTHER}\n{REPORT}",
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(range(len(FORMS))), min_size=2, max_size=10))
def test_in_any_order_copy_of_is_the_earliest_and_no_copy_itself(order: list[int]) -> None:
    desk = Desk()
    copy_of: dict[str, str] = {}
    for place, form in enumerate(order):
        name = f"{place}"
        verdict = desk.read(name, FORMS[form], title=f"Title {form}", source=f"source {place}")
        if verdict is not None:
            copy_of |= dict.fromkeys((name, *verdict.rebased), verdict.copy_of)
    for name, head in copy_of.items():
        assert head not in copy_of
        assert int(head) < int(name)
        family = desk.finder.family(name)
        assert family[0] == head == min(family, key=int)


def test_texts_a_person_put_apart_are_not_copies(desk: Desk) -> None:
    desk.read("a")
    assert desk.read("b", source="two", apart=("a",)) is None
    assert rule(desk.read("c", source="three")) == "same-text"


# -- what only looks alike -----------------------------------------------------------------

QUAKE = (
    "A magnitude {} earthquake struck {} kilometres off {} on {} at a depth of {} kilometres, the "
    "seismological institute said. There were no immediate reports of damage or injuries, and no "
    "tsunami warning was issued. Residents are asked to report what they felt on its website."
)
MATCH = (
    "{} beat {} {} at {} on {} evening in front of {} spectators. {} opened the scoring before "
    "half-time and {} made sure of the points late in the game. The hosts move up to a better "
    "place in the table, while the visitors have now gone without a win for several weeks."
)

DRAW = (
    "The winning numbers in {} evening's drawing of the Lucky Five game were: {}, Bonus: {}. The "
    "estimated jackpot is ${}. Players match all five numbers to win. Tickets cost one pound and "
    "can be bought until seven on the day of the draw."
)
TOLL = (
    "At least {} people died when a ferry with 140 passengers on board sank off the coast of Samar "
    "on Monday, the coast guard said. Rescuers pulled {} people from the water. The vessel of 30 m "
    "had left Allen for Matnog in heavy rain, spokesman Rodrigo Santos said."
)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (
            DRAW.format("Monday", "04-11-19-23-38", 7, "120,000"),
            DRAW.format("Tuesday", "02-08-16-30-35", 1, "135,000"),
        ),
        (
            QUAKE.format("4.6", 20, "Hokkaido", "Monday", 35),
            QUAKE.format("5.1", 85, "Sumatra", "Friday", 10),
        ),
        (
            MATCH.format("Arden", "Bexhill", "2-1", "Mill Lane", "Friday", 812, "Ng", "Ito"),
            MATCH.format("Corby", "Dover", "3-0", "The Wharf", "Sunday", 655, "Roy", "Diaz"),
        ),
    ],
    ids=["draws", "quakes", "matches"],
)
def test_a_form_filled_in_twice_is_two_texts(desk: Desk, first: str, second: str) -> None:
    desk.read("a", first, title="One", url="https://x.test/1")
    assert desk.read("b", second, title="Two", url="https://x.test/2") is None


def test_a_report_brought_up_to_date_is_no_form_filled_in_anew(desk: Desk) -> None:
    desk.read("a", TOLL.format(12, 96), "Ferry sinks, 12 dead", url="https://x.test/1")
    later = desk.read("b", TOLL.format(31, 102), "Ferry sinks, 31 dead", url="https://x.test/2")
    assert rule(later) == "copy"


@pytest.mark.parametrize("title", ["Letters to the editor", "Morning briefing: all you need"])
def test_columns_share_a_title_and_nothing_else(desk: Desk, title: str) -> None:
    desk.read("a", REPORT, title, url="https://x.test/1", at=MONDAY)
    day = MONDAY + timedelta(days=1)
    assert desk.read("b", OTHER, title, url="https://x.test/2", at=day) is None
    assert desk.read("c", OTHER[::-1], title, at=day + timedelta(days=1)) is None


def test_items_without_a_body_are_two_where_their_addresses_or_days_are(desk: Desk) -> None:
    title = "Morning briefing: all you need to know today"
    desk.read("a", "", title, url="https://x.test/1", at=MONDAY)
    assert desk.read("b", "", title, url="https://x.test/2", at=MONDAY) is None
    assert desk.read("c", "", title, at=MONDAY + timedelta(days=1)) is None
    assert rule(desk.read("d", "", title, url="https://x.test/1", at=MONDAY)) == "revision"


@pytest.mark.parametrize("title", ["", " ", "!!", "…"])
def test_items_that_say_nothing_never_meet(desk: Desk, title: str) -> None:
    desk.read("a", "", title)
    assert desk.read("b", "", title) is None
    assert desk.read("c", "", title, source="two") is None


def test_very_short_items_meet_only_where_they_are_the_same(desk: Desk) -> None:
    desk.read("a", "", "Storm warning")
    assert rule(desk.read("b", "", "storm  WARNING", source="two")) == "same-text"
    assert desk.read("c", "", "Storm warnings", source="two") is None


def test_what_a_source_puts_under_everything_makes_no_copies(desk: Desk) -> None:
    furniture = (
        "Thank you for reading. If you like what we do, please consider becoming a member, tell "
        "your friends about us, and follow us wherever you prefer to read. This work is published "
        "under a licence that lets you share it, as long as you name us and link to the original."
    )
    leads = [
        "Why our old bridges hum when the north wind blows, and how to hear it.",
        "A walk along the canal with somebody who has mended boats since 1970.",
        "Three recipes for the last walnuts, none of which needs an oven at all.",
        "I tried to grow saffron on a balcony. This is what the pigeons left me.",
        "Notes from a night at the observatory: clouds, tea, one comet in a gap.",
        "Tram drivers tell which corner squeals most, and they do not agree.",
        "The library lends umbrellas now. Most come back; some come back nicer.",
        "How a village school got its bell out of the river after ninety years.",
        "What do chess players eat before a final? I asked eleven of them twice.",
        "Repairing a lamp that my grandmother swore had never worked properly.",
        "Six maps of places that are not there, and who drew each one of them.",
        "My neighbour keeps owls. It began with a box of frozen mice, she says.",
    ]
    joined = [
        desk.read(str(number), f"{lead}\n{furniture}", title=lead.split(",")[0][:24])
        for number, lead in enumerate(leads)
    ]
    assert joined == [None] * 12


# -- revisions -----------------------------------------------------------------------------


def test_another_text_at_the_same_address_is_a_revision(desk: Desk) -> None:
    desk.read("a", PARAGRAPHS[0], url="https://x.test/ferry/")
    verdict = desk.read(
        "b", PARAGRAPHS[3], title="Ferry terminal to open by Easter", url="https://x.test/ferry"
    )
    assert rule(verdict) == "revision"
    assert rule(desk.read("c", "", "Ferry pier cracks", "two", "https://x.test/ferry")) == (
        "same-address"
    )


def test_a_front_page_or_a_page_of_many_entries_is_no_address_of_one(desk: Desk) -> None:
    desk.read("a", REPORT, "Ferry terminal shut", url="https://x.test/")
    assert desk.read("b", OTHER, "Ferry of the bees", url="https://x.test/") is None
    desk.read("c", "First fixes came.", "Release 2.1 of the parser", url="https://x.test/log")
    assert (
        desk.read("d", "A new backend.", "Release 2.2 of the parser", url="https://x.test/log")
        is None
    )


def test_a_title_of_one_source_within_a_week_is_a_revision_where_the_body_agrees(
    desk: Desk,
) -> None:
    body = "\n".join(PARAGRAPHS[:3])
    desk.read("a", body, at=MONDAY)
    longer = f"{PARAGRAPHS[0]}\n{PARAGRAPHS[1]}\n{PARAGRAPHS[4]}\n{OTHER}"
    assert rule(desk.read("b", longer, at=MONDAY + timedelta(days=1))) == "revision"


def test_a_title_of_long_ago_or_of_another_source_is_no_revision(desk: Desk) -> None:
    desk.read("a", f"{PARAGRAPHS[0]} {OTHER}", at=MONDAY)
    text = f"{PARAGRAPHS[0]} {PARAGRAPHS[1]} {PARAGRAPHS[2]} {PARAGRAPHS[3]}"
    assert desk.read("b", text, at=MONDAY + timedelta(days=8)) is None
    assert desk.read("c", text[::-1], source="two", at=MONDAY) is None


def test_an_id_read_again_is_filed_with_its_new_text(desk: Desk) -> None:
    desk.read("a", OTHER, title="Beekeepers count their losses")
    assert desk.read("a", REPORT) is None
    verdict = desk.read("b", source="two")
    assert verdict is not None
    assert verdict.copy_of == "a"


# -- keeping -------------------------------------------------------------------------------


def test_texts_are_asked_for_only_where_the_index_names_someone(desk: Desk) -> None:
    desk.read("a")
    desk.read("b", OTHER, title="Beekeepers count their losses", source="two")
    assert desk.calls == 0


def test_what_is_too_old_is_forgotten(desk: Desk) -> None:
    for number in range(5000):
        desk.read(str(number), f"{number} {number * 7} is all there is to {number * 13} say", "n")
    desk.read("a", at=MONDAY)
    assert rule(desk.read("b", source="two", at=MONDAY)) == "same-text"
    desk.finder.drop_before((MONDAY + timedelta(days=1) - datetime(1970, 1, 1, tzinfo=UTC)).days)
    assert desk.read("c", source="two", at=MONDAY + timedelta(days=2)) is None


def test_furniture_is_known_again_after_a_restart(desk: Desk) -> None:
    line = "Thank you for reading. Tell your friends about us, and come back on Sunday evening."
    articles = [
        SignedArticle(id=f"{n}", title=f"Entry {n}", text=f"{n * 77} words.\n{line}", source="one")
        for n in range(10)
    ]
    desk.finder.restore(articles, ())
    assert desk.read("a", f"Rain.\n{line}", "Rain", source="one") is None
    assert desk.read("b", f"Snow.\n{line}", "Snow", source="one") is None


def test_a_finder_goes_on_where_another_stopped() -> None:
    desk = Desk()
    articles = [
        SignedArticle(id="a", title="Ferry terminal shut", text=REPORT, source="one"),
        SignedArticle(id="b", title="Ferry terminal", text=REPORT, source="two"),
        SignedArticle(id="bees", title="Bees", text=OTHER, source="one", url="https://x.test/b"),
    ]
    signed = [
        SignedArticle(
            id=article.id,
            title=article.title,
            text="",
            source=article.source,
            url=article.url,
            signature=sign(article),
        )
        for article in articles
    ]
    memberships = [
        Membership(article_id="b", story_id="s", copy_of="a", evidence=Evidence(rule="copy"))
    ]
    desk.texts |= {article.id: f"{article.title}\n{article.text}" for article in articles}
    desk.finder.restore(signed, memberships)
    assert desk.finder.family("b") == ("a", "b")
    cut = desk.read("c", "\n".join(PARAGRAPHS[:2]), title="Pier cracks", source="three")
    assert cut is not None
    assert cut.copy_of == "a"
    assert rule(desk.read("d", "", "Bees in the valley", "one", "https://x.test/b")) == "revision"


def test_a_sources_short_form_filled_in_again_is_no_copy(desk: Desk) -> None:
    form = "{} was newly added to the list of games and is now shown there as {}"
    first = form.format("Deep Harbour", "running")
    assert desk.read("a", first, "Deep Harbour", source="list") is None
    second = form.format("Iron Meadow", "denied")
    assert desk.read("b", second, "Iron Meadow", source="list") is None
    assert rule(desk.read("c", first, "Now playable: Deep Harbour", source="mirror")) == "copy"
