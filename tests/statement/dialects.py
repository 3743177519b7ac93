"""The dialect of each driver, without an engine."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Dialect, Select, make_url


def dialect_of(driver: str) -> Dialect:
    """SQLAlchemy's dialect for a driver's name, such as `postgresql+asyncpg`."""
    made: Dialect = make_url(f"{driver}://").get_dialect()()
    return made


ASYNCPG = dialect_of("postgresql+asyncpg")
PSYCOPG = dialect_of("postgresql+psycopg")
AIOSQLITE = dialect_of("sqlite+aiosqlite")
AIOMYSQL = dialect_of("mysql+aiomysql")


def text_of(select: Select[Any], dialect: Dialect) -> str:
    """The SQL of a SELECT in one line."""
    return " ".join(str(select.compile(dialect=dialect)).split())
