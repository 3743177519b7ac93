"""Which database a command works on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

import typer
from pydantic import SecretStr
from sqlalchemy import URL

from taskbound import Database, DatabaseSettings

# Where the shop keeps its data unless told otherwise, from the folder it is started in.
DEFAULT = Path("var") / "shop.db"

UrlOption = Annotated[
    str | None,
    typer.Option(
        "--url",
        envvar="TASKBOUND_URL",
        show_envvar=True,
        help=f"The database; without one, SQLite in {DEFAULT} below the current folder.",
    ),
]


def open_database(url: str | None) -> Database:
    """The database of a command, its other settings from the environment.

    url: None means SQLite in `var/shop.db`, whose folder is made if need be.
    """
    return Database.from_settings(DatabaseSettings(url=SecretStr(url or _default())))


@asynccontextmanager
async def answering(url: str | None) -> AsyncIterator[Database]:
    """The database of a command, as `open_database` gives it, once it has answered.

    Raises `DatabaseUnavailable`, which names the URL without its password, where it does not.
    """
    async with open_database(url) as database:
        await database.check()
        yield database


def _default() -> str:
    DEFAULT.parent.mkdir(parents=True, exist_ok=True)
    return str(URL.create("sqlite+aiosqlite", database=str(DEFAULT)))
