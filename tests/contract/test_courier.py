"""The Courier port against a real SMTP server on loopback."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from aggregator.errors import MailError
from aggregator.mail.smtp import SmtpCourier, SmtpOptions

MESSAGE = b"Subject: hello\r\n\r\n.a line with a dot\r\nd\xc3\xa9j\xc3\xa0 vu\r\n"
TO = ["ann@example.org", "ben@example.org"]


@dataclass
class Inbox:
    """What the server took, and whom it refuses."""

    taken: list[Envelope] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    answer: str = "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return "550 no such user here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.answer.startswith("250"):
            self.taken.append(envelope)
        return self.answer


@contextmanager
def serving(inbox: Inbox, **options: Any) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = int(held.getsockname()[1])  # the controller takes no port 0
    controller = Controller(inbox, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def courier(port: int, **options: Any) -> SmtpCourier:
    values: dict[str, Any] = {"security": "none", "deadline": timedelta(seconds=5), **options}
    return SmtpCourier(SmtpOptions(host="127.0.0.1", port=port, **values))


async def test_a_mail_arrives_byte_for_byte() -> None:
    inbox = Inbox()
    with serving(inbox) as port:
        await courier(port).send(MESSAGE, sender="news@example.org", recipients=TO)
    (mail,) = inbox.taken
    assert mail.mail_from == "news@example.org"
    assert mail.rcpt_tos == TO
    assert mail.original_content == MESSAGE


async def test_a_refused_mail_is_said_to_be() -> None:
    inbox = Inbox(answer="554 we do not like it")
    with serving(inbox) as port, pytest.raises(MailError, match="554 we do not like it"):
        await courier(port).send(MESSAGE, sender="news@example.org", recipients=TO)


async def test_a_refused_recipient_is_named_and_the_others_are_served() -> None:
    inbox = Inbox(refused={"ben@example.org"})
    with serving(inbox) as port, pytest.raises(MailError, match=r"ben@example\.org; the others"):
        await courier(port).send(MESSAGE, sender="news@example.org", recipients=TO)
    assert [mail.rcpt_tos for mail in inbox.taken] == [["ann@example.org"]]
    inbox = Inbox(refused=set(TO))
    with serving(inbox) as port, pytest.raises(MailError, match="every recipient"):
        await courier(port).send(MESSAGE, sender="news@example.org", recipients=TO)


async def test_a_server_that_is_not_there_is_named() -> None:
    with pytest.raises(MailError, match=r"127\.0\.0\.1:1 "):
        await courier(1).send(MESSAGE, sender="news@example.org", recipients=TO)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def server_context(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


async def test_starttls_with_a_login(authority: trustme.CA, tmp_path: Path) -> None:
    def check(
        server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword
    ) -> AuthResult:
        return AuthResult(success=data.password == b"hush", handled=False)

    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    trusted = {"security": "starttls", "ca_file": str(tmp_path / "ca.pem"), "user": "news"}
    inbox = Inbox()
    with serving(
        inbox,
        tls_context=server_context(authority),
        require_starttls=True,
        auth_required=True,
        authenticator=check,
    ) as port:
        good = courier(port, **trusted, password="hush")
        await good.send(MESSAGE, sender="news@example.org", recipients=TO)
        with pytest.raises(MailError, match="refuses the login"):
            await courier(port, **trusted, password="wrong").send(
                MESSAGE, sender="news@example.org", recipients=TO
            )
    assert len(inbox.taken) == 1


async def test_a_certificate_that_nobody_vouches_for_is_refused(authority: trustme.CA) -> None:
    inbox = Inbox()
    context = server_context(authority)
    with serving(inbox, tls_context=context) as port, pytest.raises(MailError):
        await courier(port, security="starttls").send(
            MESSAGE, sender="news@example.org", recipients=TO
        )
    assert inbox.taken == []
