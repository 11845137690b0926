"""The digest as one mail: plain text and HTML side by side (RFC 2046 §5.1.4), nothing loaded.

Pictures are left out, so that opening a mail tells nobody that it was opened.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, tzinfo
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from hashlib import blake2b

from aggregator.model.digest import Digest
from aggregator.render.sections import front_page
from aggregator.render.templating import own_templates
from aggregator.render.terminal import TerminalOptions, digest_text
from aggregator.render.view import feeds_line, totals_line, window_words
from aggregator.text.controls import single_line, xml_text

_SUBJECT = 110
_WIDTH = 76


@dataclass(frozen=True, slots=True, kw_only=True)
class MailOptions:
    """Who writes to whom. ``sender`` and ``recipients`` are addresses, perhaps with names.

    ``message_id`` is the mail's own, without angle brackets; ``site`` the address of the digest's
    page, if it has one.
    """

    sender: str
    recipients: tuple[str, ...]
    message_id: str
    site: str | None = None
    title: str = "The Digest"


def digest_mail(digest: Digest, options: MailOptions, *, zone: tzinfo = UTC) -> bytes:
    """A whole RFC 5322 message with CRLF line ends; the same digest gives the same bytes."""
    message = EmailMessage(policy=SMTP)
    message["From"] = options.sender
    message["To"] = ", ".join(options.recipients)
    message["Subject"] = subject(digest, options.title)
    message["Date"] = format_datetime(digest.generated_at)
    message["Message-ID"] = f"<{options.message_id}>"
    # RFC 2369: the person at the sender's address is the one who set this up.
    _, address = parseaddr(options.sender)
    message["List-Unsubscribe"] = f"<mailto:{address}?subject=unsubscribe>"
    message["List-Id"] = f"{options.title} <digest.{address.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    text = digest_text(digest, options=TerminalOptions(width=_WIDTH), zone=zone)
    if options.site:
        text = f"{text}\nOn the web: {options.site}\n"
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(_html(digest, options, zone), subtype="html", cte="quoted-printable")
    mark = blake2b(options.message_id.encode(), digest_size=12).hexdigest()
    message.set_boundary(f"=_{mark}")
    return message.as_bytes()


def subject(digest: Digest, title: str) -> str:
    """The best headline, and how many stories stand beside it."""
    if not digest.stories:
        return f"{title}: nothing new"
    best = single_line(digest.stories[0].title)
    if len(best) > _SUBJECT:
        best = f"{best[:_SUBJECT].rsplit(' ', 1)[0]} …"
    others = len(digest.stories) - 1
    return f"{best} (and {others} more)" if others else best


def _html(digest: Digest, options: MailOptions, zone: tzinfo) -> str:
    page = (
        own_templates(zone)
        .get_template("mail.html")
        .render(
            title=options.title,
            site=options.site,
            digest=digest,
            page=front_page(digest),
            totals=totals_line(digest),
            span=window_words(digest, zone),
            feeds=feeds_line(digest),
        )
    )
    return xml_text(page)
