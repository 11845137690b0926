"""``aggregator send`` from a store with stories to a real SMTP server."""

from __future__ import annotations

import asyncio
import email
import email.policy
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aggregator import bootstrap
from aggregator.cli import run
from aggregator.demo.config import write_config
from aggregator.demo.server import DemoServer
from aggregator.demo.world import load_world
from aggregator.model.reading import Taste
from tests.contract.test_courier import Inbox, serving


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AGGREGATOR_MAIL__SENDER", "The Digest <news@example.org>")
    monkeypatch.setenv("AGGREGATOR_MAIL__RECIPIENTS", '["Ann <ann@example.org>"]')
    monkeypatch.setenv("AGGREGATOR_MAIL__SECURITY", "none")
    monkeypatch.setenv("AGGREGATOR_MAIL__HOST", "127.0.0.1")
    with DemoServer(load_world(), now=lambda: datetime.now(UTC)) as server:
        write_config(tmp_path, server.feeds()[:2])
        assert run(["--config", str(tmp_path), "poll"]) == 0
    return tmp_path


def test_the_digest_is_mailed(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    inbox = Inbox()
    with serving(inbox) as port:
        monkeypatch.setenv("AGGREGATOR_MAIL__PORT", str(port))
        assert run(["--config", str(folder), "send", "--dry-run"]) == 0
        assert inbox.taken == []
        printed = capfdbinary.readouterr().out
        shown = email.message_from_bytes(printed, policy=email.policy.default)
        assert shown["From"] == "The Digest <news@example.org>"
        assert run(["--config", str(folder), "send"]) == 0
    (mail,) = inbox.taken
    assert (mail.mail_from, mail.rcpt_tos) == ("news@example.org", ["ann@example.org"])
    assert isinstance(mail.original_content, bytes)
    message = email.message_from_bytes(mail.original_content, policy=email.policy.default)
    assert message["Subject"] == shown["Subject"]
    body = message.get_body(("plain",))
    assert body is not None
    assert "Coastwire" in body.get_content()


def test_the_mail_follows_what_the_reader_mutes(
    folder: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    def subject() -> str:
        assert run(["--config", str(folder), "send", "--dry-run"]) == 0
        printed = capfdbinary.readouterr().out
        return str(email.message_from_bytes(printed, policy=email.policy.default)["Subject"])

    async def mute(word: str) -> None:
        async with bootstrap.opened_store(bootstrap.load_settings(folder)) as store:
            await store.save_taste("reader", Taste(kind="word", name=word, likes=False))

    first = subject().split()[0]
    asyncio.run(mute(first))
    assert first not in subject().split()


def test_a_mail_that_cannot_be_sent_ends_with_1(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AGGREGATOR_MAIL__PORT", "1")
    assert run(["--config", str(folder), "send"]) == 1
    assert "127.0.0.1:1" in capfd.readouterr().err


def test_without_a_mail_set_up_it_says_what_to_set(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "aggregator.toml").write_text("")
    assert run(["--config", str(tmp_path), "send"]) == 2
    assert "[mail]" in capfd.readouterr().err
    (tmp_path / "aggregator.toml").write_text('[mail]\nhost = "mail.example.org"\n')
    assert run(["--config", str(tmp_path), "send"]) == 2
    assert "a mail needs sender" in capfd.readouterr().err
