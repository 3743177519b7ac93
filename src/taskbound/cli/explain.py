"""`taskbound check --explain CODE`: the page of a code."""

from __future__ import annotations

import sys

import typer

from taskbound.check.codes import nearest, summaries
from taskbound.check.pages import codes_with_pages, page_of
from taskbound.cli.screen import colour


class NoSuchCode(ValueError):
    """There is no page of this code."""


def explain(code: str) -> None:
    """Print the page of a code: as it is, or in colours on a terminal. Raises `NoSuchCode`."""
    wanted = code.strip().upper()
    page = page_of(wanted) or summaries().get(wanted)
    if page is None:
        known = {*codes_with_pages(), *summaries()}
        raise NoSuchCode(f"there is no code {code!r}{nearest(wanted, sorted(known))}")
    if colour(sys.stdout):
        from rich.console import Console  # a fifth of a second, which nobody else has to wait for
        from rich.markdown import Markdown

        Console().print(Markdown(page))
    else:
        typer.echo(page.rstrip("\n"))
