"""`shop load`: the Chinook data set, from a file into the shop."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from shop.chinook import loading
from shop.chinook.counts import in_words
from shop.chinook.loading import STOCK, ShopHasData
from shop.chinook.malformed import Malformed
from shop.chinook.rows import Rows
from shop.cli.url import UrlOption, answering
from shop.schemas.number import LARGEST
from taskbound import TaskboundError


def load(
    file: Annotated[
        Path,
        typer.Argument(exists=True, dir_okay=False, readable=True, help="The data set as JSON."),
    ],
    url: UrlOption = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Delete everything that the shop has.")
    ] = False,
    stock: Annotated[
        int, typer.Option(min=0, max=LARGEST, help="Pieces of each product to put on stock.")
    ] = STOCK,
) -> None:
    """Load the Chinook data set into the shop: all of it, or nothing.

    A shop that has data is left alone unless it is to be replaced. Times of the file are in UTC.
    """
    started = time.monotonic()
    try:
        rows = loading.read(file)
        with _progress() as progress:
            asyncio.run(_load(rows, url, progress, replace=replace, stock=stock))
    except Malformed as error:
        _fail(f"{file}: {error}")
    except ShopHasData as error:
        _fail(f"{error}; --replace deletes it first")
    except DBAPIError as error:
        _fail(f"the database refused: {error.orig}")
    except (OSError, SQLAlchemyError, TaskboundError) as error:
        _fail(str(error))
    _say(Console(), f"Loaded {_counted(rows)} in {time.monotonic() - started:.1f} s.")


async def _load(
    rows: Rows, url: str | None, progress: Progress, *, replace: bool, stock: int
) -> None:
    total = sum(len(listed) for listed in rows.values())
    task = progress.add_task("Loading", total=total)
    async with answering(url) as db:
        await loading.load(
            db,
            rows,
            stock=stock,
            replace=replace,
            advance=lambda sent: progress.advance(task, sent),
        )


def _progress() -> Progress:
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    # On standard error, so that what the command has to say can be kept without it.
    console = Console(stderr=True)
    return Progress(
        *columns,
        TextColumn("rows"),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


def _counted(rows: Rows) -> str:
    tables = {
        "Invoice": "orders",
        "InvoiceLine": "order_lines",
        "Track": "products",
        "Customer": "customers",
    }
    return in_words({name: len(rows[table]) for table, name in tables.items()})


def _fail(said: str) -> NoReturn:
    _say(Console(stderr=True), f"Nothing was loaded: {said}")
    raise typer.Exit(1)


def _say(console: Console, text: str) -> None:
    # Not wrapped and not coloured: places and file names are for people and for programs.
    console.print(text, soft_wrap=True, highlight=False, markup=False)
