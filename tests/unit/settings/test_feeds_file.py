from __future__ import annotations

from pathlib import Path

import pytest

from aggregator.errors import ConfigError
from aggregator.settings.feeds_file import read
from tests.unit.settings.test_feeds_edit import LIST


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "feeds.toml"
    path.write_text(LIST)
    return path


def test_reads_entries_with_their_lines(file: Path) -> None:
    feeds = read(file)
    assert [(feed.url, feed.line) for feed in feeds] == [
        ("https://a.example/rss", 4),
        ("https://b.example/rss", 10),
        ("https://c.example/rss", 15),
    ]
    assert feeds[1].headers == (("Authorization", "Bearer x"),)


def test_addresses_as_people_write_them(tmp_path: Path) -> None:
    path = tmp_path / "feeds.toml"
    path.write_text(
        '[[feeds]]\nurl = "a.example/feed"\n[[feeds]]\nurl = " http://b.example/?q=two words"\n'
    )
    urls = [feed.url for feed in read(path)]
    assert urls == ["https://a.example/feed", "http://b.example/?q=two%20words"]


def test_no_file_is_an_empty_list(tmp_path: Path) -> None:
    assert read(tmp_path / "feeds.toml") == ()


@pytest.mark.parametrize(
    ("text", "line", "column", "says"),
    [
        ('[[feeds]]\nurl = "https://a.example"\ntitel = "x"\n', 3, 1, "Did you mean 'title'?"),
        ('[[feed]]\nurl = "https://a.example"\n', 1, 1, "Did you mean 'feeds'?"),
        ('\n[[feeds]]\ntitle = "x"\n', 2, 1, "'feeds.url' is missing"),
        ('[[feeds]]\nurl = "ftp://a.example"\n', 2, 7, "must begin with http"),
        ('[[feeds]]\nurl = "https://"\n', 2, 7, "names no host"),
        ('[[feeds]]\nurl = "https://two words/rss"\n', 2, 7, "names no proper host"),
        ('[[feeds]]\nurl = "https://a.example:x/"\n', 2, 7, "no address"),
        ('[[feeds]]\nurl = "https://a.example/\\tb"\n', 2, 7, "control character"),
        ('[[feeds]]\nurl = "javascript:1"\n', 2, 7, "must begin with http"),
        ('[[feeds]]\nurl = "nonsense"\n', 2, 7, "must begin with http"),
        ('[[feeds]]\nurl = "https://a.example"\ninterval = "5m"\n', 3, 12, "at least 10m"),
        (
            '[[feeds]]\nurl = "https://a.example"\n\n[[feeds]]\n# same\nurl = "https://a.example/"',
            6,
            7,
            "in line 1",
        ),
        (
            '[[feeds]]\nurl = "https://a.example"\ntimezone = "london"\n',
            3,
            12,
            'Did you mean "Europe/London"?',
        ),
        ('[[feeds]]\nurl = "https://a.example"\npaused = "no"\n', 3, 10, "true or false, not text"),
        (
            '[[feeds]]\nurl = "https://a.example"\nheaders = { Host = "x" }\n',
            3,
            11,
            "may not be set",
        ),
        ("[[feeds]]\nurl = https://a.example\n", 2, 7, "no TOML"),
        ('feeds = [{ url = "https://a.example" }, { url = 3 }]\n', 1, 9, "text in quotes"),
    ],
)
def test_faults_name_line_column_and_what_was_meant(
    tmp_path: Path, text: str, line: int, column: int, says: str
) -> None:
    path = tmp_path / "feeds.toml"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        read(path)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert says in str(caught.value)
