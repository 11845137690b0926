from __future__ import annotations

from pathlib import Path

import pytest

from aggregator.errors import ConfigError, NotFound
from aggregator.model.feed import Feed
from aggregator.settings import feeds_file
from aggregator.settings.template import feeds_text

LIST = """\
# My feeds.   kept as it is

# -- World --
[[feeds]]
url = "https://a.example/rss"   # the first
title = 'A'
category = "World"

# about b
[[ feeds ]]
"url" = "https://b.example/rss"
headers = { Authorization = "Bearer x" } # secret
# -- Asia --

[[feeds]]
category = "Asia"
url = "https://c.example/rss"
interval = "30m"
# the end"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "feeds.toml"
    path.write_text(LIST)
    return path


def comments(text: str) -> list[str]:
    return [line.partition("#")[2] for line in text.splitlines() if "#" in line]


def test_reads_entries_with_their_lines(file: Path) -> None:
    feeds = feeds_file.read(file)
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
    urls = [feed.url for feed in feeds_file.read(path)]
    assert urls == ["https://a.example/feed", "http://b.example/?q=two%20words"]


def test_no_file_is_an_empty_list(tmp_path: Path) -> None:
    assert feeds_file.read(tmp_path / "feeds.toml") == ()


def test_a_feed_goes_to_its_category(file: Path) -> None:
    feeds_file.add(file, [Feed(url="https://new.example/rss", category="World", paused=True)])
    entry = '[[feeds]]\nurl = "https://new.example/rss"\ncategory = "World"\npaused = true\n\n'
    assert file.read_text() == LIST.replace("# about b", entry + "# about b", 1).replace(
        'category = "World"\n\n', 'category = "World"\n\n', 1
    )


def test_a_feed_of_a_new_category_goes_to_the_end(file: Path) -> None:
    feeds_file.add(file, [Feed(url="https://new.example/rss", category='Odd "one"\n')])
    added = '\n\n[[feeds]]\nurl = "https://new.example/rss"\ncategory = "Odd \\"one\\"\\n"\n'
    assert file.read_text() == LIST + added


def test_the_first_feed_of_an_empty_folder(tmp_path: Path) -> None:
    path = tmp_path / "feeds.toml"
    feeds_file.add(path, [Feed(url="https://a.example/"), Feed(url="https://b.example/")])
    assert path.read_text() == (
        '[[feeds]]\nurl = "https://a.example/"\n\n[[feeds]]\nurl = "https://b.example/"\n'
    )


def test_adding_and_removing_again_gives_the_same_bytes(file: Path) -> None:
    feeds_file.add(file, [Feed(url="https://new.example/rss", category="World")])
    feeds_file.remove(file, ["https://NEW.example/rss"])
    assert file.read_text() == LIST


def test_removing_keeps_the_comments_around(file: Path) -> None:
    feeds = feeds_file.remove(file, ["https://b.example/rss"])
    assert [feed.url for feed in feeds] == ["https://a.example/rss", "https://c.example/rss"]
    assert comments(file.read_text()) == [c for c in comments(LIST) if "secret" not in c]


def test_pausing_and_resuming_touch_one_line(file: Path) -> None:
    feeds_file.pause(file, ["https://b.example/rss"])
    paused = file.read_text()
    assert paused == LIST.replace("# secret\n", "# secret\npaused = true\n")
    assert [feed.paused for feed in feeds_file.read(file)] == [False, True, False]
    feeds_file.resume(file, ["https://b.example/rss"])
    assert file.read_text() == LIST


def test_pausing_the_last_line_of_a_file_without_a_newline(tmp_path: Path) -> None:
    path = tmp_path / "feeds.toml"
    path.write_text('[[feeds]]\r\nurl = "https://a.example/"')
    feeds_file.pause(path, ["https://a.example"])
    assert feeds_file.read(path)[0].paused


def test_an_entry_with_a_table_of_headers(tmp_path: Path) -> None:
    path = tmp_path / "feeds.toml"
    path.write_text(
        '[[feeds]]\nurl = "https://a.example/"\n[feeds.headers]\nAccept = "x"\n\n# end\n'
    )
    feeds_file.pause(path, ["https://a.example"])
    feeds_file.add(path, [Feed(url="https://b.example/")])
    first, second = feeds_file.read(path)
    assert first.paused
    assert first.headers == (("Accept", "x"),)
    assert second.url == "https://b.example/"
    assert "# end" in path.read_text()


def test_replacing_an_entry_keeps_its_comments(file: Path) -> None:
    feed = Feed(url="https://a.example/new", title="A", timezone="Asia/Tokyo")
    feeds_file.replace(file, "https://a.example/rss", feed)
    assert feeds_file.read(file)[0] == feed
    assert comments(file.read_text()) == comments(LIST)
    assert "title = 'A'\n" in file.read_text()


def test_the_starter_set_survives_every_edit_but_one_line(tmp_path: Path) -> None:
    path = tmp_path / "feeds.toml"
    path.write_text(feeds_text())
    url = "https://www.thehindu.com/news/international/feeder/default.rss"
    feeds_file.pause(path, [url])
    assert len(path.read_text().splitlines()) == len(feeds_text().splitlines()) + 1
    feeds_file.resume(path, [url])
    assert path.read_text() == feeds_text()


def test_a_file_changed_meanwhile_is_left_alone(file: Path) -> None:
    with pytest.raises(ConfigError, match="changed by someone else"):
        feeds_file.add(file, [Feed(url="https://new.example/")], expected="what I saw")
    assert file.read_text() == LIST


def test_a_broken_file_is_never_written(file: Path) -> None:
    file.write_text(LIST + "\n[[feeds]]\nurl = 3\n")
    with pytest.raises(ConfigError, match="must be text in quotes"):
        feeds_file.add(file, [Feed(url="https://new.example/")])
    assert file.read_text() == LIST + "\n[[feeds]]\nurl = 3\n"


def test_a_feed_is_added_once(file: Path) -> None:
    with pytest.raises(ConfigError, match="in line 4"):
        feeds_file.add(file, [Feed(url="HTTPS://A.example:443/rss#top")])
    assert file.read_text() == LIST


def test_an_unknown_feed_is_named(file: Path) -> None:
    with pytest.raises(NotFound, match="nothere"):
        feeds_file.pause(file, ["https://nothere.example/"])


def test_mode_and_links_stay(file: Path, tmp_path: Path) -> None:
    file.chmod(0o640)
    link = tmp_path / "link.toml"
    link.symlink_to(file)
    feeds_file.pause(link, ["https://b.example/rss"])
    assert link.is_symlink()
    assert file.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize(
    ("text", "line", "column", "says"),
    [
        ('[[feeds]]\nurl = "https://a.example"\ntitel = "x"\n', 3, 1, "Did you mean 'title'?"),
        ('[[feed]]\nurl = "https://a.example"\n', 1, 1, "Did you mean 'feeds'?"),
        ('\n[[feeds]]\ntitle = "x"\n', 2, 1, "'feeds.url' is missing"),
        ('[[feeds]]\nurl = "ftp://a.example"\n', 2, 7, "must begin with http"),
        ('[[feeds]]\nurl = "https://"\n', 2, 7, "names no host"),
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
        feeds_file.read(path)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert says in str(caught.value)


def test_feeds_in_one_array_are_read_but_not_edited(tmp_path: Path) -> None:
    path = tmp_path / "feeds.toml"
    path.write_text('feeds = [{ url = "https://a.example" }]\n')
    assert feeds_file.read(path)[0].url == "https://a.example"
    with pytest.raises(ConfigError, match="one array"):
        feeds_file.pause(path, ["https://a.example"])
