"""Marks for the patterns that not every engine has: the test runs where the engine has it."""

from __future__ import annotations

import pytest

SQLITE = {"aiosqlite": "sqlite+aiosqlite"}
POSTGRESQL = {"asyncpg": "postgresql+asyncpg", "psycopg": "postgresql+psycopg"}
MARIADB = {"aiomysql": "mysql+aiomysql", "asyncmy": "mysql+asyncmy"}


def _only(drivers: dict[str, str]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("driver", drivers.values(), ids=drivers.keys())


on_servers = _only(POSTGRESQL | MARIADB)
on_postgresql = _only(POSTGRESQL)
on_sqlite = _only(SQLITE)
with_update_returning = _only(SQLITE | POSTGRESQL)
