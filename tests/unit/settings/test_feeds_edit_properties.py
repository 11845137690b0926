"""Any edits of any list: the feeds come out as meant, and no comment is lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from aggregator.model.feed import Feed
from aggregator.settings.feed_entry import entry_values
from aggregator.settings.feeds_edit import (
    Edit,
    adding,
    changing,
    pausing,
    removing,
    resuming,
)
from aggregator.settings.feeds_file import feeds_in

PATH = Path("feeds.toml")

titles = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\r"), min_size=1, max_size=8
)
categories = st.sampled_from([None, "World", "Asia"])
comments = st.lists(
    st.sampled_from(["", "# note", "  # indented", "#[[feeds]]", '# "x"']), max_size=3
)


@st.composite
def lists(draw: st.DrawFn) -> str:
    """A text of up to four entries as a person might have typed them."""
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    lines: list[str] = draw(comments)
    for number in range(draw(st.integers(0, 4))):
        lines += draw(comments)
        lines.append(draw(st.sampled_from(["[[feeds]]", " [[ feeds ]] # mine", '[["feeds"]]'])))
        keys = [f'url = "https://{number}.example/"', f"\"title\"   = 't{number}' # kept"]
        if category := draw(categories):
            keys.append(f'category = """{category}"""')
        if draw(st.booleans()):
            keys.append('headers = { Accept = "x, # y" }')
        lines += draw(st.permutations(keys))
        if draw(st.booleans()):
            lines.append("interval = '30m'")
    lines += draw(comments)
    return newline.join(lines) + draw(st.sampled_from(["", newline]))


@st.composite
def edits(draw: st.DrawFn, feeds: list[Feed]) -> tuple[Edit, list[Feed]]:
    """An edit of such a list, and the feeds it should leave, in any order."""
    kind = draw(st.sampled_from(["add", "remove", "pause", "resume", "title"]))
    if kind == "add" or not feeds:
        number = draw(st.integers(100, 10**6))
        new = Feed(url=f"https://{number}.example/", title=draw(titles), category=draw(categories))
        if any(feed.url == new.url for feed in feeds):
            return adding([]), feeds
        return adding([new]), [*feeds, new]
    feed = draw(st.sampled_from(feeds))
    others = [one for one in feeds if one is not feed]
    if kind == "remove":
        return removing([feed.url]), others
    if kind == "pause":
        return pausing([feed.url]), [*others, replace(feed, paused=True)]
    if kind == "resume":
        return resuming([feed.url]), [*others, replace(feed, paused=False)]
    title = draw(titles)
    return changing([feed.url], {"title": title}), [*others, replace(feed, title=title)]


def lines_of_comment(text: str) -> list[str]:
    return sorted(line.strip() for line in text.splitlines() if line.lstrip().startswith("#"))


@given(st.data())
def test_edits_do_what_they_say_and_nothing_else(data: st.DataObject) -> None:
    text = data.draw(lists())
    feeds = list(feeds_in(text, PATH))
    for _ in range(data.draw(st.integers(1, 4))):
        edit, meant = data.draw(edits(feeds))
        after = edit(text, feeds)
        found = list(feeds_in(after, PATH))
        assert sorted(map(repr, map(entry_values, found))) == sorted(
            map(repr, map(entry_values, meant))
        )
        assert lines_of_comment(after) == lines_of_comment(text)
        text, feeds = after, found
