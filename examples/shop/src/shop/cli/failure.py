"""How a command ends when the world fails: with one line, not with a traceback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from taskbound import TaskboundError


@contextmanager
def one_line_failures() -> Iterator[None]:
    """End the command with exit status 1 and one line where an address, a URL or the database fails."""
    try:
        yield
    except DBAPIError as error:
        # Without the statement and its values, which are the shop's own.
        raise _ended(f"the database refused: {error.orig}") from error
    except (OSError, SQLAlchemyError, TaskboundError) as error:
        raise _ended(str(error)) from error


def _ended(message: str) -> typer.Exit:
    typer.echo(f"shop: {message}", err=True)
    return typer.Exit(1)
