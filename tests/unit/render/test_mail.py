from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import html5lib
import pytest

from aggregator.model.digest import Digest
from aggregator.render.mail import MailOptions, digest_mail, subject
from tests.unit.render.sample import HOSTILE, NOW, ferry, hostile

OPTIONS = MailOptions(
    sender="The Digest <news@example.org>",
    recipients=("ann@example.org", "Ben <ben@example.com>"),
    message_id="digest.1@example.org",
    site="https://news.example.org/",
)


def parsed(digest: Digest, options: MailOptions = OPTIONS) -> EmailMessage:
    message = digest_mail(digest, options, zone=ZoneInfo("Europe/Berlin"))
    return email.message_from_bytes(message, policy=email.policy.default)


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def test_a_mail_reads_as_text_and_as_html() -> None:
    message = parsed(ferry())
    assert message.get_content_type() == "multipart/alternative"
    assert [one.get_content_type() for one in message.iter_parts()] == ["text/plain", "text/html"]
    for kind in ("plain", "html"):
        body = part(message, kind)
        assert "Captain had reported fog" in body or "Capital Daily" in body
        assert "3 copies of the AFP text" in body
        assert "https://news.example.org/" in body
    assert 'href="https://news.example.org/stories/ferry"' in part(message, "html")


def test_its_headers_say_who_when_and_how_to_end_it() -> None:
    message = parsed(ferry())
    assert message["From"] == "The Digest <news@example.org>"
    assert message["To"] == "ann@example.org, Ben <ben@example.com>"
    assert message["Date"].datetime == NOW.replace(microsecond=0)
    assert message["Message-ID"] == "<digest.1@example.org>"
    assert message["List-Unsubscribe"] == "<mailto:news@example.org?subject=unsubscribe>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.defects == []


def test_the_same_digest_gives_the_same_bytes() -> None:
    first, second = (digest_mail(ferry(), OPTIONS) for _ in range(2))
    assert first == second
    lines = first.split(b"\r\n")
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert max(len(line) for line in lines) <= 998  # RFC 5322 §2.1.1


def test_nothing_is_loaded_when_it_is_opened() -> None:
    body = part(parsed(ferry()), "html")
    assert "<img" not in body
    assert "url(" not in body
    assert "src=" not in body
    assert "prefers-color-scheme: dark" in body


def test_hostile_titles_command_nothing() -> None:
    message = parsed(hostile())
    assert message["Bcc"] is None
    assert set(message.keys()) == set(parsed(ferry()).keys())
    body = part(message, "html")
    html5lib.HTMLParser(strict=True).parse(body)
    assert "<script" not in body
    assert "<svg" not in body
    assert "javascript:" not in [href[:11] for href in body.split('href="')[1:]]
    assert "\x1b" not in part(message, "plain")


@pytest.mark.parametrize("title", HOSTILE)
def test_a_subject_is_one_line(title: str) -> None:
    digest = hostile()
    assert "\n" not in subject(digest, title)
    assert "\r" not in subject(digest, title)


def test_the_subject_tells_the_best_headline() -> None:
    digest = ferry()
    assert subject(digest, "News").startswith(digest.stories[0].title)
    assert subject(digest, "News").endswith("(and 2 more)")
