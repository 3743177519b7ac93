"""Make the one engine of a database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.ext.asyncio import create_async_engine

from taskbound.driver import driver_of
from taskbound.engine import sqlite
from taskbound.engine.pool import TaskPool
from taskbound.engine.url import masked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import URL
    from sqlalchemy.ext.asyncio import AsyncEngine

    from taskbound.driver.facts import Driver
    from taskbound.engine.options import EngineOptions


def build_engine(
    url: URL,
    options: EngineOptions,
    *,
    others: Mapping[str, Any],
    private: sqlite.PrivateFile | None,
) -> AsyncEngine:
    """The engine for a URL that `read_url` has accepted.

    others: arguments of `create_async_engine` that taskbound has no setting for; they win.
    private: the file of a SQLite database in memory, or None.
    """
    driver = driver_of(url)
    target = url.set(database=str(private.path), query={}) if private else url
    arguments: dict[str, Any] = {
        "echo": options.echo,
        "connect_args": _connect_args(driver, options, url),
    }
    if not _brings_pool(others):
        arguments |= _pool(driver, options, masked(url))
    engine = create_async_engine(target, **(arguments | dict(others)))
    if url.get_backend_name() == "sqlite":
        sqlite.prepare(engine, busy_timeout=options.busy_timeout, private=private is not None)
    return engine


def _connect_args(driver: Driver | None, options: EngineOptions, url: URL) -> dict[str, Any]:
    own = driver.connect_args(options.connect_timeout) if driver else {}
    # What the URL says is nearer to the database than a default.
    return {name: own[name] for name in own if name not in url.query} | dict(options.connect_args)


def _brings_pool(others: Mapping[str, Any]) -> bool:
    return not others.keys().isdisjoint({"poolclass", "pool"})


def _pool(driver: Driver | None, options: EngineOptions, label: str) -> dict[str, Any]:
    return {
        "poolclass": TaskPool,
        "pool_size": options.pool_size,
        "max_overflow": options.max_overflow,
        "pool_timeout": options.pool_timeout,
        "pool_recycle": -1 if options.pool_recycle is None else options.pool_recycle,
        "pool_pre_ping": options.pool_pre_ping,
        # The connection used last is used next, so that few of them grow old enough for a check.
        "pool_use_lifo": True,
        "driver": driver,
        "label": label,
        "idle_check": options.idle_check,
        "ping_timeout": options.connect_timeout,
    }
