"""The command line: ``aggregator [--config DIR] COMMAND`` (contract: DESIGN §4).

Data goes to standard output, everything else to standard error. A command's module is imported
when the command runs and not before: `COMMANDS` is the one list of them.
"""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from typing import Any

import click

from aggregator import __version__
from aggregator.errors import AggregatorError

COMMANDS = {
    "cluster": "aggregator.cli.cluster",
    "config": "aggregator.cli.config",
    "db": "aggregator.cli.db",
    "demo": "aggregator.cli.demo",
    "digest": "aggregator.cli.digest",
    "evaluate": "aggregator.cli.evaluate",
    "export": "aggregator.cli.export",
    "feeds": "aggregator.cli.feeds",
    "import": "aggregator.cli.import_",
    "parse": "aggregator.cli.parse",
    "poll": "aggregator.cli.poll",
    "recluster": "aggregator.cli.recluster",
    "schema": "aggregator.cli.schema",
    "search": "aggregator.cli.search",
    "send": "aggregator.cli.send",
    "serve": "aggregator.cli.serve",
    "status": "aggregator.cli.status",
    "story": "aggregator.cli.story",
    "token": "aggregator.cli.token",
    "worker": "aggregator.cli.worker",
}
"""Command name → module; the module's ``command`` is the click command or group."""


class _LazyGroup(click.Group):
    """A group whose commands are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        module = COMMANDS.get(cmd_name)
        if module is None:
            return None
        command: click.Command = importlib.import_module(module).command
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # The reader of our output has gone (`aggregator export | head`): no failure, as click
            # would have it.
            _drop_output()
            return 0
        except OSError as error:
            _drop_output()
            what = error.filename or "standard output"
            raise AggregatorError(f"{what}: {error.strerror or error}") from error


def _drop_output() -> None:
    """Lets what is still to be flushed at the end go nowhere, where it cannot fail again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="aggregator")
@click.option(
    "--config",
    "config_dir",
    type=click.Path(path_type=Path),
    default=Path("config"),
    show_default=True,
    envvar="AGGREGATOR_CONFIG",
    help="The folder with aggregator.toml and feeds.toml.",
)
@click.pass_context
def program(ctx: click.Context, config_dir: Path) -> None:
    """Read many news feeds as one digest: each event once, copies folded, nothing lost."""
    ctx.obj = config_dir


def main(arguments: list[str] | None = None) -> None:
    """Runs the program and ends the process with the contract's exit status."""
    # Started with an output closed (`>&-`), Python has none; what is said there is for nobody.
    sys.stdout = sys.stdout or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - for good
    sys.stderr = sys.stderr or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - for good
    sys.exit(run(arguments))


def run(arguments: list[str] | None = None) -> int:
    """Runs one command and returns its exit status: 0 done, 1 failed, 2 wrong usage or config."""
    try:
        result: Any = program.main(args=arguments, prog_name="aggregator", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        click.echo("Stopped.", err=True)
        return 130
    except AggregatorError as error:
        click.echo(f"Error: {error}", err=True)
        return error.exit_status
    except OSError as error:  # a help text that finds no room
        _drop_output()
        click.echo(f"Error: standard output: {error.strerror or error}", err=True)
        return 1
    return result if isinstance(result, int) else 0
