"""``aggregator evaluate``: how well the stories found agree with labelled ones."""

from __future__ import annotations

import json
import random
from pathlib import Path

import click

from aggregator.errors import InputError, UsageError


@click.command(name="evaluate")
@click.argument("file", metavar="LABELLED.jsonl", required=False)
@click.option(
    "--shuffles",
    type=click.IntRange(min=0),
    default=0,
    help="Mean and spread over N arrival orders (seeds 0 to N-1) instead of the given order.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--worst", is_flag=True, help="Also the worst wrong joins and misses, as text.")
@click.option(
    "--threshold-preview",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    metavar="P",
    help="Not a file but your own archive: which stories would change if articles joined from "
    "this probability on (as shipped: 0.5). Nothing is written.",
)
@click.option("--since", default="6d", show_default=True, help="The archive's span, as in 30d.")
@click.pass_obj
def command(
    config_dir: Path,
    file: str | None,
    shuffles: int,
    as_json: bool,
    worst: bool,
    threshold_preview: float | None,
    since: str,
) -> None:
    """Cluster LABELLED.jsonl and compare with its "cluster" (and "copy") labels."""
    if threshold_preview is not None:
        from aggregator.cli.recluster import show_regrouping
        from aggregator.cli.spans import span_option

        span = span_option(since)
        show_regrouping(config_dir, span, dry_run=True, threshold=threshold_preview)
        return
    if file is None:
        raise UsageError("name a labelled file, or preview a threshold on your own archive")
    from aggregator.cli.rows import read_rows, signed
    from aggregator.cluster.evaluation import Labelled, evaluate, faults, summary

    rows = list(read_rows(file))
    for number, row in enumerate(rows, start=1):
        if not isinstance(row.fields.get("cluster"), str | int | float):
            raise InputError(
                f'article {row.article.id} has no "cluster" label',
                file=file,
                hint=f"It is article {number} of the file; every one needs a label.",
            )
    if not rows:
        raise InputError(
            "there is no article to evaluate", file=file, hint="It takes one labelled row a line."
        )
    labelled = [
        Labelled(
            article=article,
            cluster=str(row.fields["cluster"]),
            copy=None if row.fields.get("copy") is None else str(row.fields["copy"]),
            kind=None if row.fields.get("kind") is None else str(row.fields["kind"]),
        )
        for row, article in zip(rows, signed(rows), strict=True)
    ]
    orders = [labelled]
    if shuffles:
        orders = [random.Random(seed).sample(labelled, len(labelled)) for seed in range(shuffles)]  # noqa: S311 - arrival orders, not secrets
    results = [evaluate(order) for order in orders]
    figures = summary([result.figures for result in results])
    if as_json:
        click.echo(json.dumps(figures, ensure_ascii=False))
    else:
        for name, value in figures.items():
            if not name.endswith("_std"):
                spread = figures.get(f"{name}_std")
                click.echo(_line(name, value, spread if shuffles > 1 else None))
    if worst:
        for fault in faults(results[0]):
            click.echo(fault, err=as_json)


def _line(name: str, value: object, spread: object) -> str:
    if value is None:
        return f'{name:20} – (no row has a "copy" label)'
    shown = f"{value:.4f}" if isinstance(value, float) else json.dumps(value, ensure_ascii=False)
    return f"{name:20} {shown}" + (f" ± {spread:.4f}" if isinstance(spread, float) else "")
