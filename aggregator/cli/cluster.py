"""``aggregator cluster``: stories of a file of articles, without a database."""

from __future__ import annotations

import json
from typing import Any

import click

from aggregator.model.story import Evidence, Membership


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
        click.echo(membership_json(places[row.article.id]))


def membership_json(membership: Membership) -> str:
    """A membership as its line of output."""
    return json.dumps(
        {
            "id": membership.article_id,
            "story": membership.story_id,
            "copy_of": membership.copy_of,
            "evidence": evidence_object(membership.evidence),
        },
        ensure_ascii=False,
    )


def evidence_object(evidence: Evidence) -> dict[str, Any]:
    """Evidence in the one shape it has everywhere."""
    return {
        "rule": evidence.rule,
        "score": evidence.score,
        "parts": dict(evidence.parts),
        "terms": list(evidence.terms),
        "resemblance": evidence.resemblance,
        "compared_with": evidence.compared_with,
    }
