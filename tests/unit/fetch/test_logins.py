"""docs/fetching.md: logins and client certificates from the environment, never logged."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from aggregator.errors import ConfigError, FetchError
from aggregator.fetch.courtesy import Courtesy
from aggregator.fetch.logins import certificates, logins, secrets
from aggregator.fetch.options import ClientCertificate, FetchOptions
from aggregator.model.poll import FetchRequest


def test_logins_are_read_from_the_variable_or_the_file_it_names(tmp_path: Path) -> None:
    text = '{"Example.org": "me:geheim"}'
    (tmp_path / "logins").write_text(text)
    for environ in (
        {"AGGREGATOR_FETCH_LOGINS": text},
        {"AGGREGATOR_FETCH_LOGINS_FILE": str(tmp_path / "logins")},
    ):
        assert logins(environ) == {"example.org": "me:geheim"}
    assert logins({}) == {}


def test_certificates_are_files_by_host(tmp_path: Path) -> None:
    pem = tmp_path / "me.pem"
    pem.write_text("")
    environ = {"AGGREGATOR_FETCH_CERTIFICATES": f'{{"a.example": "{pem}"}}'}
    assert certificates(environ) == {"a.example": ClientCertificate(certificate=pem)}


@pytest.mark.parametrize("text", ["geheim", "[]", '{"a": 1}', '{"a": "geheim"}'])
def test_what_is_wrong_is_said_without_quoting_it(text: str) -> None:
    with pytest.raises(ConfigError, match="AGGREGATOR_FETCH_LOGINS") as caught:
        logins({"AGGREGATOR_FETCH_LOGINS": text})
    assert "geheim" not in str(caught.value)


def test_secrets_go_where_headers_name_them_and_nowhere_else() -> None:
    held = secrets({"AGGREGATOR_FETCH_SECRETS": '{"News": "geheim"}'})
    courtesy = Courtesy(FetchOptions(secrets=held))
    feed, elsewhere = httpx.URL("https://a.example/feed"), httpx.URL("https://b.example/feed")
    request = FetchRequest(url=str(feed), headers=(("Authorization", "Bearer ${news}"),))
    assert ("Authorization", "Bearer geheim") in courtesy.headers(request, feed, feed)
    assert "geheim" not in repr(courtesy.headers(request, feed, elsewhere))
    assert "geheim" not in repr(FetchOptions(secrets=held))
    with pytest.raises(FetchError, match=r"Authorization names the secret \$\{news\}"):
        Courtesy(FetchOptions()).headers(request, feed, feed)
    with pytest.raises(ConfigError, match="control character"):
        secrets({"AGGREGATOR_FETCH_SECRETS": '{"news": "a\\r\\nb"}'})


def test_missing_files_are_named(tmp_path: Path) -> None:
    missing = str(tmp_path / "none.pem")
    with pytest.raises(ConfigError, match=r"none\.pem"):
        certificates({"AGGREGATOR_FETCH_CERTIFICATES": f'{{"a": "{missing}"}}'})
    with pytest.raises(ConfigError, match=r"none\.pem"):
        logins({"AGGREGATOR_FETCH_LOGINS_FILE": missing})


def test_options_do_not_show_secrets() -> None:
    options = FetchOptions(
        proxy="http://me:geheim@proxy.example:1",
        proxies={"http": "http://me:geheim@proxy.example:1"},
        credentials={"a.example": "me:geheim"},
    )
    assert "geheim" not in repr(options)
