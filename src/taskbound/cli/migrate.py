"""`taskbound migrate`: its options, and what it prints."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.syntax import Syntax

from taskbound.migrate import migrate as migrated

if TYPE_CHECKING:
    from taskbound.migrate import Outcome


def migrate(
    paths: Annotated[
        list[Path], typer.Argument(help="Files and folders of one project, read together.")
    ],
    *,
    diff: Annotated[
        bool, typer.Option("--diff", help="Print what would change, and change nothing.")
    ] = False,
) -> None:
    """Rewrite synchronous SQLAlchemy as asynchronous, and list by place what is left to do.

    Ends with 0 where nothing is left, with 1 where something is, and with 2 where a path is not there.
    """
    missing = [path for path in paths if not path.exists()]
    if missing:
        raise typer.BadParameter(f"{missing[0]} does not exist", param_hint="PATHS")
    outcome = migrated(paths)
    if diff:
        _show(outcome)
    else:
        for file in outcome.files:
            file.write()
            typer.echo(f"migrated {file.shown}")
    _tell(outcome)
    raise typer.Exit(1 if outcome.left else 0)


def _show(outcome: Outcome) -> None:
    """Diffs, in colour on a terminal alone, so that a pipe can be applied."""
    console = Console()
    for file in outcome.files:
        if console.is_terminal:
            console.print(Syntax(file.diff(), "diff", background_color="default"))
        else:
            typer.echo(file.diff(), nl=False)


def _tell(outcome: Outcome) -> None:
    """What is left and how much was done, beside the diff."""
    for left in outcome.left:
        typer.echo(str(left), err=True)
    changed = f"{_counted(len(outcome.files), 'file')} to change"
    places = f"{_counted(len(outcome.left), 'place')} left to do by hand"
    typer.echo(f"{changed}, {places}.", err=True)


def _counted(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"
