"""``aggregator schema``: JSON Schema of article, story and digest."""

from __future__ import annotations

import click


@click.command()
@click.argument("name", required=False, type=click.Choice(["article", "story", "digest"]))
def command(name: str | None) -> None:
    """Print the JSON Schema of article, story and digest, or of the one named."""
    import json

    from aggregator.render.schemas import schemas

    shown = schemas()
    click.echo(json.dumps(shown[name] if name else shown, indent=2, ensure_ascii=False))
