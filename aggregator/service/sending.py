"""The digest by mail: composed, dressed and handed over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta, tzinfo
from email.utils import parseaddr

from aggregator.model.digest import Window
from aggregator.ports import Clock, Courier, Store
from aggregator.render.mail import MailOptions, digest_mail
from aggregator.service.reading import read_digest

LOCK = "mail"
"""Whoever holds it sends: of several services on one database one does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailing:
    """What is mailed to whom. ``since`` is the span the digest covers, back from now.

    ``reader`` is whose likes and mutes it follows.
    """

    sender: str
    recipients: tuple[str, ...]
    since: timedelta
    limit: int
    zone: tzinfo
    site: str | None = None
    reader: str = "reader"


async def compose_mail(store: Store, clock: Clock, mailing: Mailing) -> bytes | None:
    """The mail as it would go out now; None where there is nothing to tell."""
    now = clock.now()
    window = Window(start=now - mailing.since, end=now)
    digest = await read_digest(store, clock, window, limit=mailing.limit, reader=mailing.reader)
    if not digest.stories:
        return None
    domain = parseaddr(mailing.sender)[1].rpartition("@")[2]
    options = MailOptions(
        sender=mailing.sender,
        recipients=mailing.recipients,
        message_id=f"digest.{now:%Y%m%d%H%M%S%f}@{domain}",
        site=mailing.site,
    )
    return digest_mail(digest, options, zone=mailing.zone)


async def send_digest(store: Store, clock: Clock, courier: Courier, mailing: Mailing) -> bool:
    """Sends the digest; False where there is nothing to tell, or another process sends it.

    Raises:
        MailError: the mail server refused or could not be reached.
    """
    async with store.hold(LOCK) as ours:
        message = await compose_mail(store, clock, mailing) if ours else None
        if message is None:
            return False
        _, sender = parseaddr(mailing.sender)
        recipients = [parseaddr(recipient)[1] for recipient in mailing.recipients]
        await courier.send(message, sender=sender, recipients=recipients)
        return True
