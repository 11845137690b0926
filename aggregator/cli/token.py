"""``aggregator token``: let programs in, each to do no more than it was made for."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aggregator.cli.shell import note, put_json
from aggregator.model.access import SCOPES
from aggregator.model.instants import rfc3339

if TYPE_CHECKING:
    from aggregator.model.access import Token


@click.group(name="token")
def command() -> None:
    """Tokens for programs that call the page's addresses: made for scopes, kept as hashes."""


@command.command()
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice(list(SCOPES)),
    multiple=True,
    required=True,
    help="What it is for; may be given several times.",
)
@click.pass_obj
def create(config_dir: Path, name: str, scopes: tuple[str, ...]) -> None:
    """Make a token under a NAME and print it, this one time."""
    click.echo(asyncio.run(_create(config_dir, name, scopes)))
    note("Keep it now: only its hash is stored. Send it as `Authorization: Bearer TOKEN`.")


@command.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines, one token a line.")
@click.pass_obj
def list_(config_dir: Path, as_json: bool) -> None:
    """Show every token's name, scopes and age."""
    tokens = asyncio.run(_tokens(config_dir))
    if not tokens:
        note("There is no token. `aggregator token create NAME --scope read` makes one.")
    for token in tokens:
        made = rfc3339(token.made_at)
        if as_json:
            put_json({"name": token.name, "scopes": list(token.scopes), "made_at": made})
        else:
            click.echo(f"{token.name}  {','.join(token.scopes)}  made {made}")


@command.command()
@click.argument("name")
@click.pass_obj
def revoke(config_dir: Path, name: str) -> None:
    """Take a token back; it opens nothing from now on."""
    asyncio.run(_revoke(config_dir, name))
    note(f"The token {name!r} is known no longer.")


async def _create(config_dir: Path, name: str, scopes: Sequence[str]) -> str:
    from aggregator import bootstrap
    from aggregator.service.access import make_token

    async with bootstrap.opened_store(bootstrap.load_settings(config_dir)) as store:
        return await make_token(store, bootstrap.clock(), name, scopes)


async def _tokens(config_dir: Path) -> Sequence[Token]:
    from aggregator import bootstrap

    async with bootstrap.opened_store(bootstrap.load_settings(config_dir)) as store:
        return await store.tokens()


async def _revoke(config_dir: Path, name: str) -> None:
    from aggregator import bootstrap

    async with bootstrap.opened_store(bootstrap.load_settings(config_dir)) as store:
        await store.drop_token(name)
