"""What the service does again and again, and what once a day."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from aggregator import bootstrap
from aggregator.cli.notify import Notifier
from aggregator.model.status import BEAT_EVERY
from aggregator.ports import Store
from aggregator.schedule.jobs import Job, Work
from aggregator.service.daily import Daily
from aggregator.service.run import Service
from aggregator.service.sending import send_digest
from aggregator.settings.schema import Settings

log = logging.getLogger(__name__)

TICK = timedelta(seconds=1)
TIDY = timedelta(minutes=5)
SAY = timedelta(minutes=1)
RENEW = timedelta(minutes=1)
ACQUAINT = timedelta(minutes=1)
LOOK = timedelta(minutes=1)


def jobs(service: Service, notifier: Notifier) -> list[Job]:
    """The service's handful of jobs."""
    every = notifier.watchdog
    watched = [Job(name="watchdog", work=notifier.alive, every=every)] if every else []
    return [
        *watched,
        Job(name="tick", work=service.tick, every=TICK),
        Job(name="tidy", work=service.tidy, every=TIDY),
        Job(name="websub", work=service.renew, every=RENEW),
        Job(name="acquaint", work=service.acquaint, every=ACQUAINT),
        Job(name="say", work=service.say, every=SAY),
        Job(name="beat", work=service.beat, every=BEAT_EVERY),
    ]


def upkeep(settings: Settings, store: Store, config_dir: Path) -> list[Job]:
    """The job that backs up and takes old articles out, where there is anything to do."""
    keeper = bootstrap.keeper(settings, store, config_dir)
    if keeper.idle:
        return []
    return [daily(settings, store, "upkeep", [settings.database.upkeep_at], keeper.run)]


def mails(settings: Settings, store: Store) -> list[Job]:
    """The job that mails the digest, where mail is set up."""
    if not settings.mail.host or not settings.mail.at:
        return []
    courier, mailing = bootstrap.courier(settings), bootstrap.mailing(settings)

    async def send() -> None:
        if await send_digest(store, bootstrap.clock(), courier, mailing):
            log.info("mailed the digest to %d recipients", len(mailing.recipients))

    return [daily(settings, store, "mail", settings.mail.at, send)]


def daily(settings: Settings, store: Store, name: str, times: Sequence[str], work: Work) -> Job:
    """The job that looks whether daily work is due; ``times`` are HH:MM in the digest's zone."""
    due = Daily(
        store=store,
        clock=bootstrap.clock(),
        name=name,
        times=[time.fromisoformat(each) for each in times],
        zone=ZoneInfo(settings.digest.timezone),
        work=work,
    )
    return Job(name=name, work=due.run, every=LOOK)
