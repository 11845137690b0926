from __future__ import annotations

import pytest

from aggregator.web.forms import own_path
from aggregator.web.guards import host_name, is_loopback_name


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("localhost:8080", "localhost"),
        ("News.Example.", "news.example"),
        ("[::1]:80", "::1"),
        ("", ""),
    ],
)
def test_host_names(host: str, name: str) -> None:
    assert host_name(host) == name


@pytest.mark.parametrize("name", ["localhost", "x.localhost", "127.0.0.1", "127.9.9.9", "::1"])
def test_loopback_names(name: str) -> None:
    assert is_loopback_name(name)


@pytest.mark.parametrize("name", ["", "localhost.evil", "10.0.0.1", "0.0.0.0", "evil"])
def test_other_names(name: str) -> None:
    assert not is_loopback_name(name)


@pytest.mark.parametrize("path", ["/", "/a?b=c#d", "/stories/x"])
def test_own_paths(path: str) -> None:
    assert own_path(path) == path


@pytest.mark.parametrize("path", ["//a", "/\\a", "a", "https://a/", "/a\tb", "/a b", "/a\\b", None])
def test_other_targets(path: str | None) -> None:
    assert own_path(path) == "/"
