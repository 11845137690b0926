"""Titles without their outlet, and names without their addresses."""

from __future__ import annotations

import pytest

from aggregator.normalise.people import authors_of, byline_of
from aggregator.normalise.pictures import credit_parted
from aggregator.normalise.titles import strip_outlet

HERALD = ["World news | The Calder Herald", "https://www.calderherald.example/"]


@pytest.mark.parametrize(
    ("title", "names", "expected"),
    [
        (
            "Minister quits over bridge - The Calder Herald",
            HERALD,
            "Minister quits over bridge",
        ),
        (
            "Minister quits over bridge | The Calder Herald",
            HERALD,
            "Minister quits over bridge",
        ),
        ("Minister quits over bridge – Calder Herald", HERALD, "Minister quits over bridge"),
        ("Minister quits over bridge :: calderherald", HERALD, "Minister quits over bridge"),
        (
            "Minister quits over bridge - World news - The Calder Herald",
            HERALD,
            "Minister quits over bridge - World news",
        ),
        ("Storm closes harbour - Reuters", ["Google News"], "Storm closes harbour"),
        ("Storm closes harbour|Calder Herald", HERALD, "Storm closes harbour"),
        ("旋回橋、九年ぶりに動く｜北の新聞", ["北の新聞"], "旋回橋、九年ぶりに動く"),
        ("Storm closes harbour | AP News", ["x"], "Storm closes harbour"),
        ("Storm closes harbour - The New York Times", ["NYT > World"], "Storm closes harbour"),
    ],
)
def test_an_outlet_at_the_end_goes(title: str, names: list[str], expected: str) -> None:
    assert strip_outlet(title, names) == expected


@pytest.mark.parametrize(
    "title",
    [
        "Ministers condemn attack on The Calder Herald",
        "Peace talks - World",
        "Love - Actually",
        "War and peace: the long read",
        "Reuters - The Calder Herald",
        "Cup final: Rovers 5 - Dynamo 4",
        "Film review – The Night Train",
        "What we know about the grounding - and what we do not",
        "Herald-Dynamo: a rivalry",
    ],
)
def test_real_titles_are_left_alone(title: str) -> None:
    assert strip_outlet(title, HERALD) == title


@pytest.mark.parametrize(
    ("stated", "names"),
    [
        (["desk@herald.example (Ana Ruiz)"], ("Ana Ruiz",)),
        (["Ana Ruiz <ana@herald.example>"], ("Ana Ruiz",)),
        (["By Jo Lee and Max Orr"], ("Jo Lee", "Max Orr")),
        (["Jo Lee, Max Orr"], ("Jo Lee", "Max Orr")),
        (["Jo Lee, Berlin correspondent"], ("Jo Lee, Berlin correspondent",)),
        (["Von Jo Lee"], ("Jo Lee",)),
        (["Jo Lee", "jo lee", " Jo  Lee "], ("Jo Lee",)),
        (["J&ouml;rg M&uuml;ller"], ("Jörg Müller",)),
        (["desk@herald.example"], ("desk@herald.example",)),
        (["", "  ", "-"], ()),
    ],
)
def test_names_of_authors(stated: list[str], names: tuple[str, ...]) -> None:
    assert authors_of(stated) == names


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Jo Lee", ("Jo Lee",)),
        ("By Jo Lee and Max Orr", ("Jo Lee", "Max Orr")),
        ("By noon the road was closed", None),
        ("By Jo Lee, who was there when the road was closed and saw it all", None),
    ],
)
def test_bylines_in_the_text(line: str, names: tuple[str, ...] | None) -> None:
    assert byline_of(line) == names


@pytest.mark.parametrize(
    ("text", "caption", "credit"),
    [
        ("A flag in May [Jo Lee/Agency]", "A flag in May", "Jo Lee/Agency"),
        ("[Jo Lee]", None, "Jo Lee"),
        ("A bridge. Photo: Jo Lee", "A bridge.", "Jo Lee"),
        ("A bridge (Photo: Jo Lee/Herald)", "A bridge", "Jo Lee/Herald"),
        ("A bridge. Photograph: Jo Lee/The Herald", "A bridge.", "Jo Lee/The Herald"),
        ("A bridge. © Jo Lee", "A bridge.", "Jo Lee"),
        ("Die Brücke. Foto: Jo Lee", "Die Brücke.", "Jo Lee"),
        ("A bridge at dawn. (Jo Lee/AP)", "A bridge at dawn.", "Jo Lee/AP"),
        ("A bridge in Telso. — Reuters/File", "A bridge in Telso.", "Reuters/File"),
        ("(Image credit: Jo Lee)", None, "Jo Lee"),
        ("The [new] bridge at dawn", "The [new] bridge at dawn", None),
        ("A bridge, in a photo of the ministry", "A bridge, in a photo of the ministry", None),
        ("", None, None),
    ],
)
def test_captions_and_credits_part(text: str, caption: str | None, credit: str | None) -> None:
    assert credit_parted(text) == (caption, credit)
