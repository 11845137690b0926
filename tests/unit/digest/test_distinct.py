from __future__ import annotations

from aggregator.digest.distinct import Text, only_here

RECORDING = "A recording heard by this paper has captain Olav Brekke call the harbour master."

FIRST = Text(
    article_id="a",
    title="Ferry runs aground off Skerry Point",
    paragraphs=(
        "A ferry with 212 people aboard ran aground off Skerry Point in fog on Wednesday.",
        "All passengers were brought ashore by noon, the coastguard said.",
    ),
    language="en",
)
SECOND = Text(
    article_id="b",
    title="Captain had asked to wait",
    paragraphs=(
        f"All passengers of the ferry were brought ashore by noon on Wednesday. {RECORDING}",
    ),
    language="en",
)


def test_a_sentence_about_something_else_is_the_texts_own() -> None:
    own = {found.article_id: found.sentences for found in only_here([FIRST, SECOND])}
    assert own["b"] == (RECORDING,)
    assert all("ashore" not in sentence for said in own.values() for sentence in said)


def test_a_story_of_one_text_has_nothing_to_compare_with() -> None:
    assert only_here([FIRST]) == ()


def test_what_two_texts_say_is_nobodys_own() -> None:
    again = Text(article_id="c", title="x", paragraphs=SECOND.paragraphs, language="en")
    assert "b" not in {found.article_id for found in only_here([FIRST, SECOND, again])}
