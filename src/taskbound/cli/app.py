"""The commands of `taskbound`, each in a file of its own."""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated

import typer

from taskbound.cli.check import check
from taskbound.cli.lsp import lsp
from taskbound.cli.migrate import migrate

app: typer.Typer = typer.Typer(
    name="taskbound",
    help="Async SQLAlchemy made correct by construction.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"taskbound {version('taskbound')}")
        raise typer.Exit


@app.callback()
def taskbound(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Async SQLAlchemy made correct by construction."""


app.command()(check)
app.command()(lsp)
app.command()(migrate)
