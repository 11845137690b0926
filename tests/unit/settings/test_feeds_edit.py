from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from aggregator.errors import ConfigError, NotFound
from aggregator.model.feed import Feed
from aggregator.settings.feeds_edit import adding, apply, changing, pausing, removing, resuming
from aggregator.settings.feeds_file import feeds_in, read
from aggregator.settings.feeds_text import with_order
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


def test_a_list_that_is_a_link_stays_one(file: Path) -> None:
    kept = file.rename(file.with_name("kept.toml"))
    file.symlink_to(kept)
    apply(file, pausing(["https://a.example/rss"]))
    assert file.is_symlink()
    assert "paused = true" in kept.read_text()


def test_a_feed_goes_to_its_category(file: Path) -> None:
    apply(file, adding([Feed(url="https://new.example/rss", category="World", paused=True)]))
    entry = '[[feeds]]\nurl = "https://new.example/rss"\ncategory = "World"\npaused = true\n\n'
    assert file.read_text() == LIST.replace("# about b", entry + "# about b", 1).replace(
        'category = "World"\n\n', 'category = "World"\n\n', 1
    )


def test_a_feed_of_a_new_category_goes_to_the_end(file: Path) -> None:
    apply(file, adding([Feed(url="https://new.example/rss", category='Odd "one"\n')]))
    added = '\n\n[[feeds]]\nurl = "https://new.example/rss"\ncategory = "Odd \\"one\\"\\n"\n'
    assert file.read_text() == LIST + added


def test_the_first_feed_of_an_empty_folder(tmp_path: Path) -> None:
    path = tmp_path / "feeds.toml"
    apply(path, adding([Feed(url="https://a.example/"), Feed(url="https://b.example/")]))
    assert path.read_text() == (
        '[[feeds]]\nurl = "https://a.example/"\n\n[[feeds]]\nurl = "https://b.example/"\n'
    )


def test_adding_and_removing_again_gives_the_same_bytes(file: Path) -> None:
    apply(file, adding([Feed(url="https://new.example/rss", category="World")]))
    apply(file, removing(["https://NEW.example/rss"]))
    assert file.read_text() == LIST


def test_removing_keeps_the_comments_around(file: Path) -> None:
    feeds = apply(file, removing(["https://b.example/rss"]))
    assert [feed.url for feed in feeds] == ["https://a.example/rss", "https://c.example/rss"]
    assert comments(file.read_text()) == [c for c in comments(LIST) if "secret" not in c]


def test_pausing_and_resuming_touch_one_line(file: Path) -> None:
    apply(file, pausing(["https://b.example/rss"]))
    paused = file.read_text()
    assert paused == LIST.replace("# secret\n", "# secret\npaused = true\n")
    assert [feed.paused for feed in read(file)] == [False, True, False]
    apply(file, resuming(["https://b.example/rss"]))
    assert file.read_text() == LIST


def test_pausing_the_last_line_of_a_file_without_a_newline(tmp_path: Path) -> None:
    path = tmp_path / "feeds.toml"
    path.write_text('[[feeds]]\r\nurl = "https://a.example/"')
    apply(path, pausing(["https://a.example"]))
    assert read(path)[0].paused


def test_an_entry_with_a_table_of_headers(tmp_path: Path) -> None:
    path = tmp_path / "feeds.toml"
    path.write_text(
        '[[feeds]]\nurl = "https://a.example/"\n[feeds.headers]\nAccept = "x"\n\n# end\n'
    )
    apply(path, pausing(["https://a.example"]))
    apply(path, adding([Feed(url="https://b.example/")]))
    first, second = read(path)
    assert first.paused
    assert first.headers == (("Accept", "x"),)
    assert second.url == "https://b.example/"
    assert "# end" in path.read_text()


def test_changing_an_entry_keeps_its_comments(file: Path) -> None:
    values = {"url": "https://a.example/new", "category": None, "timezone": "Asia/Tokyo"}
    apply(file, changing(["https://a.example/rss"], values))
    feed = Feed(url="https://a.example/new", title="A", timezone="Asia/Tokyo")
    assert read(file)[0] == feed
    assert comments(file.read_text()) == comments(LIST)
    assert "title = 'A'\n" in file.read_text()


def test_the_starter_set_survives_every_edit_but_one_line(tmp_path: Path) -> None:
    path = tmp_path / "feeds.toml"
    path.write_text(feeds_text())
    url = "https://www.thehindu.com/news/international/feeder/default.rss"
    apply(path, pausing([url]))
    assert len(path.read_text().splitlines()) == len(feeds_text().splitlines()) + 1
    apply(path, resuming([url]))
    assert path.read_text() == feeds_text()


def test_a_file_changed_meanwhile_is_left_alone(file: Path) -> None:
    def edit(text: str, feeds: Sequence[Feed]) -> str:
        file.write_text(LIST + "\n# by hand\n")  # somebody saves while we are at it
        return pausing(["https://b.example/rss"])(text, feeds)

    with pytest.raises(ConfigError, match="changed by someone else"):
        apply(file, edit)
    assert file.read_text() == LIST + "\n# by hand\n"


def test_a_broken_file_is_never_written(file: Path) -> None:
    file.write_text(LIST + "\n[[feeds]]\nurl = 3\n")
    with pytest.raises(ConfigError, match="must be text in quotes"):
        apply(file, adding([Feed(url="https://new.example/")]))
    assert file.read_text() == LIST + "\n[[feeds]]\nurl = 3\n"


def test_a_feed_is_added_once(file: Path) -> None:
    with pytest.raises(ConfigError, match="in line 4"):
        apply(file, adding([Feed(url="HTTPS://A.example:443/rss#top")]))
    assert file.read_text() == LIST


def test_an_unknown_feed_is_named(file: Path) -> None:
    with pytest.raises(NotFound, match="nothere"):
        apply(file, pausing(["https://nothere.example/"]))


def test_mode_and_links_stay(file: Path, tmp_path: Path) -> None:
    file.chmod(0o640)
    link = tmp_path / "link.toml"
    link.symlink_to(file)
    apply(link, pausing(["https://b.example/rss"]))
    assert link.is_symlink()
    assert file.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_feeds_in_one_array_are_read_but_not_edited(tmp_path: Path) -> None:
    path = tmp_path / "feeds.toml"
    path.write_text('feeds = [{ url = "https://a.example" }]\n')
    assert read(path)[0].url == "https://a.example"
    with pytest.raises(ConfigError, match="one array"):
        apply(path, pausing(["https://a.example"]))


def test_a_file_that_may_not_be_written_to_is_left_alone(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Said by the system, because tests may run as root, who may write anything.
    monkeypatch.setattr("os.access", lambda path, mode: False)
    with pytest.raises(ConfigError, match="Permission denied"):
        apply(file, pausing(["https://b.example/rss"]))
    assert file.read_text() == LIST


def test_entries_in_another_order_leave_every_comment_between_them() -> None:
    ordered = with_order(LIST, [2, 0, 1])
    assert [feed.url[8] for feed in feeds_in(ordered, Path("feeds.toml"))] == ["c", "a", "b"]
    assert comments(ordered).count(" about b") == 1
    assert sorted(comments(ordered)) == sorted(comments(LIST))
    assert ordered.endswith("# the end")
    assert with_order(with_order(LIST, [2, 0, 1]), [1, 2, 0]) == LIST


def test_an_entry_at_the_end_of_a_file_without_a_line_break_can_go_up() -> None:
    text = '[[feeds]]\nurl = "https://a.example/"\n[[feeds]]\nurl = "https://b.example/"'
    ordered = with_order(text, [1, 0])
    assert [feed.url[8] for feed in feeds_in(ordered, Path("feeds.toml"))] == ["b", "a"]


def test_an_order_names_every_entry_once() -> None:
    with pytest.raises(ValueError, match="3 entries"):
        with_order(LIST, [0, 0, 1])
