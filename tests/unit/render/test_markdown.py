from __future__ import annotations

from markdown_it import MarkdownIt

from aggregator.render.markdown import digest_markdown
from aggregator.text.controls import single_line
from tests.unit.render import sample


def test_a_story_with_its_coverage() -> None:
    assert (
        "## [Ferry runs aground off Skerry Point](<https://harbour-times.example/f1>)\n\n"
        "**Harbour Times**, 06:00 · 6 outlets, 3 independent texts · 1 new since you read\n\n"
        "All 212 passengers were brought ashore by noon. Divers look at the hull.\n\n"
        "- also: [Capital Daily](<https://capital-daily.example/f2>), "
        "[Nordnytt](<https://nordnytt.example/f3>)\n"
        "- 3 copies of the AFP text: [Coast Radio](<https://coast-radio.example/c0>), "
    ) in digest_markdown(sample.ferry())


def test_a_commonmark_reader_sees_each_hostile_title_as_plain_text() -> None:
    tokens = MarkdownIt().parse(digest_markdown(sample.hostile()))
    headings = [
        tokens[number + 1]
        for number, token in enumerate(tokens)
        if token.type == "heading_open" and token.tag != "h1"
    ]
    shown = set()
    for heading in headings:
        kinds = {child.type for child in heading.children or ()}
        assert kinds <= {"text", "text_special"}
        shown.add("".join(child.content for child in heading.children or ()))
    assert shown == {single_line(title) for title in sample.HOSTILE}
