"""``aggregator status``: what is stored, and what the running service does."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from aggregator.cli.shell import put_json
from aggregator.errors import StoreError
from aggregator.model.instants import Instant
from aggregator.model.status import Overview
from aggregator.ports import KeepingStore


@click.command(name="status")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_obj
def command(config_dir: Path, as_json: bool) -> None:
    """Say what is stored and what the running service is doing."""
    from aggregator.render.status import overview_object, overview_text

    overview = asyncio.run(_overview(config_dir))
    if as_json:
        put_json(overview_object(overview))
    else:
        click.echo(overview_text(overview))


async def _overview(config_dir: Path) -> Overview:
    from aggregator import bootstrap

    async with bootstrap.opened_store(bootstrap.load_settings(config_dir)) as store:
        now = bootstrap.clock().now()
        return Overview(
            now=now,
            store=await store.statistics(),
            queue=await store.polls_waiting(now=now),
            processes=tuple(await store.heartbeats()),
            refusal=await _refusal(store, now),
        )


async def _refusal(store: KeepingStore, now: Instant) -> str | None:
    """Why nothing can be written: processes that cannot write cannot leave word of it either."""
    try:
        await store.note_done("status", now)
    except StoreError as error:
        return str(error)
    return None
