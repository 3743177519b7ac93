"""The drivers: one file each, with what is true of that driver alone."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from taskbound.driver import aiomysql, aiosqlite, asyncmy, asyncpg, psycopg

if TYPE_CHECKING:
    from sqlalchemy import URL

    from taskbound.driver.facts import Driver

DRIVERS: dict[str, Driver] = {
    driver.name: driver
    for driver in (
        aiosqlite.DRIVER,
        asyncpg.DRIVER,
        psycopg.DRIVER,
        aiomysql.DRIVER,
        asyncmy.DRIVER,
    )
}


def driver_of(url: URL) -> Driver | None:
    """The driver that a URL names, or None where it is not one of taskbound's."""
    return _driver_named(url.drivername)


@lru_cache
def _driver_named(name: str) -> Driver | None:
    # SQLAlchemy has a second name for the asynchronous half of psycopg.
    backend, _, driver = name.removesuffix("_async").partition("+")
    return DRIVERS.get(f"{'mysql' if backend == 'mariadb' else backend}+{driver}")
