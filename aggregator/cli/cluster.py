"""``aggregator cluster``: stories of a file of articles, without a database."""

from __future__ import annotations

from typing import Any

import click

from aggregator.cli.shell import put_json
from aggregator.model.story import Membership
from aggregator.render.digest_json import evidence_object


@click.command(name="cluster")
@click.argument("file", default="-")
def command(file: str) -> None:
    """Cluster the articles of FILE (JSON Lines; standard input without it), as a stream.

    Prints a line for each: id, story, copy_of and the evidence, in the order given, as things
    stand after the last one.
    """
    from aggregator.cli.rows import read_rows, signed
    from aggregator.cluster.run import run

    rows = list(read_rows(file))
    places = run(signed(rows))
    for row in rows:
        put_json(membership_object(places[row.article.id]))


def membership_object(membership: Membership) -> dict[str, Any]:
    """A membership as its line of output."""
    return {
        "id": membership.article_id,
        "story": membership.story_id,
        "copy_of": membership.copy_of,
        "evidence": evidence_object(membership.evidence),
    }
