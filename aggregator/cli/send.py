"""``aggregator send``: the e-mail digest now."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import click

from aggregator.cli.shell import note
from aggregator.errors import ConfigError


@click.command(name="send")
@click.option("--dry-run", is_flag=True, help="Print the mail and send nothing.")
@click.pass_obj
def command(config_dir: Path, dry_run: bool) -> None:
    """Send the digest to the recipients in [mail] now, whatever the time of day."""
    message = asyncio.run(_send(config_dir, dry_run=dry_run))
    if message is not None:
        sys.stdout.buffer.write(message)
        sys.stdout.buffer.flush()


async def _send(config_dir: Path, *, dry_run: bool) -> bytes | None:
    from aggregator import bootstrap
    from aggregator.service.sending import compose_mail, send_digest
    from aggregator.settings.load import SETTINGS_FILE

    settings = bootstrap.load_settings(config_dir)
    mail = settings.mail
    if not (mail.sender and mail.recipients and (mail.host or dry_run)):
        raise ConfigError(
            "there is no mail set up",
            file=config_dir / SETTINGS_FILE,
            hint="Set host, sender and recipients in [mail].",
        )
    mailing = bootstrap.mailing(settings)
    async with bootstrap.opened_store(settings) as store:
        clock = bootstrap.clock()
        if dry_run:
            message = await compose_mail(store, clock, mailing)
            if message is None:
                note("There is nothing to tell: no mail would be sent.")
            return message
        if await send_digest(store, clock, bootstrap.courier(settings), mailing):
            note(f"Sent to {', '.join(mail.recipients)}.")
        else:
            note("There is nothing to tell: no mail was sent.")
        return None
