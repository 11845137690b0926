"""The courier that hands mails to an SMTP server (RFC 5321), by aiosmtplib."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

import aiosmtplib

from aggregator.errors import MailError


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpOptions:
    """Where the server is and how to speak to it.

    Attributes:
        security: ``starttls`` (the usual on port 587), ``tls`` from the start (465), or ``none``.
        user, password: for a login; no login without a user.
        ca_file: certificates of issuers to trust in place of the system's.
        deadline: for each command, the connection included.
    """

    host: str
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: str | None = None
    deadline: timedelta = timedelta(seconds=30)


class SmtpCourier:
    """Implements `aggregator.ports.Courier`; a connection of its own for each mail."""

    def __init__(self, options: SmtpOptions) -> None:
        self._options = options

    async def send(self, message: bytes, *, sender: str, recipients: Sequence[str]) -> None:
        """See `Courier.send`. Also raises where the server takes it for some recipients alone."""
        options = self._options
        where = f"{options.host}:{options.port}"
        try:
            context = ssl.create_default_context(cafile=options.ca_file)
            client = aiosmtplib.SMTP(
                hostname=options.host,
                port=options.port,
                username=options.user,
                password=options.password,
                timeout=options.deadline.total_seconds(),
                use_tls=options.security == "tls",
                start_tls=options.security == "starttls",
                tls_context=context if options.security != "none" else None,
            )
            async with client:
                refused, _ = await client.sendmail(sender, list(recipients), message)
        except aiosmtplib.SMTPAuthenticationError as error:
            raise MailError(
                f"{where} refuses the login: {error.message}",
                hint="Look at user and password in [mail].",
            ) from error
        except aiosmtplib.SMTPRecipientsRefused as error:
            names = ", ".join(one.recipient for one in error.recipients)
            raise MailError(f"{where} refuses every recipient: {names}") from error
        except aiosmtplib.SMTPResponseException as error:
            raise MailError(f"{where} refuses the mail: {error.code} {error.message}") from error
        except (aiosmtplib.SMTPException, OSError) as error:
            reason = str(error) or type(error).__name__
            raise MailError(
                f"the mail server {where} cannot be spoken to: {reason}",
                hint="Look at host, port and security in [mail].",
            ) from error
        if refused:
            raise MailError(f"{where} refuses {', '.join(sorted(refused))}; the others have it")
