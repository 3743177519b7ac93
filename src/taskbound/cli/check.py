"""`taskbound check`: its options, and what becomes of them."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import Annotated

import typer

from taskbound.check.baseline import BaselineRefused
from taskbound.check.config import ConfigRefused
from taskbound.check.finding import Confidence
from taskbound.cli.answer import Answer
from taskbound.cli.asked import Asked
from taskbound.cli.explain import NoSuchCode, explain


class Format(enum.StrEnum):
    """How findings are written."""

    TEXT = "text"
    LINES = "lines"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"


def check(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Files and folders to check; the working folder where there are none."),
    ] = None,
    *,
    format_: Annotated[
        Format, typer.Option("--format", "-f", help="How findings are written.")
    ] = Format.TEXT,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write findings to this file.")
    ] = None,
    select: Annotated[
        list[str] | None,
        typer.Option(
            help="Tell these codes only: TB101, or TB7 for all that begin so. Several: commas."
        ),
    ] = None,
    ignore: Annotated[list[str] | None, typer.Option(help="Do not tell these codes.")] = None,
    exclude: Annotated[
        list[str] | None, typer.Option(help="Leave out paths that match this glob, too.")
    ] = None,
    confidence: Annotated[
        Confidence | None,
        typer.Option(help="The least confidence that is told.", show_default="medium"),
    ] = None,
    config: Annotated[
        Path | None, typer.Option(help="Read [tool.taskbound.check] of this file.")
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option(help="Tell only what is not in this baseline.")
    ] = None,
    write_baseline: Annotated[
        bool, typer.Option("--write-baseline", help="Write the baseline: what there is today.")
    ] = False,
    fix: Annotated[bool, typer.Option("--fix", help="Write the fixes that are safe.")] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Print what --fix would change, and change nothing.")
    ] = False,
    watch: Annotated[
        bool, typer.Option("--watch", "-w", help="Check again whenever a file changes.")
    ] = False,
    explain_: Annotated[
        str | None, typer.Option("--explain", metavar="CODE", help="Print the page of a code.")
    ] = None,
    no_cache: Annotated[
        bool, typer.Option("--no-cache", help="Neither read nor write the cache.")
    ] = False,
    cache_dir: Annotated[
        Path | None,
        typer.Option(
            help="Where the cache is.", show_default=".taskbound_cache beside pyproject.toml"
        ),
    ] = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Findings alone, no summary.")
    ] = False,
) -> None:
    """Find misuse of async SQLAlchemy in source: shared sessions, hidden I/O, lost commits, N+1 and more.

    Nothing is imported or run. Exit codes: 0 nothing found, 1 findings, 2 wrong use.
    """
    asked = Asked(
        paths=tuple(paths or [Path()]),
        format=format_.value,
        output=output,
        select=_codes(select),
        ignore=_codes(ignore),
        exclude=tuple(exclude or ()),
        confidence=confidence,
        config=config,
        baseline=baseline,
        write_baseline=write_baseline,
        fix=fix,
        diff=diff,
        watch=watch,
        cached=not no_cache,
        cache_dir=cache_dir,
        quiet=quiet,
    )
    try:
        if explain_ is not None:
            explain(explain_)
            return
        raise typer.Exit(Answer(asked).run())
    except (ConfigRefused, BaselineRefused, NoSuchCode) as error:
        typer.echo(f"taskbound check: {error}", err=True)
        raise typer.Exit(2) from error


def _codes(values: list[str] | None) -> tuple[str, ...]:
    """`--select TB101,TB2 --select TB7` as one."""
    parts = (part.strip().upper() for value in values or () for part in value.split(","))
    return tuple(part for part in parts if part)
