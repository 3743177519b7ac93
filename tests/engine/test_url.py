"""Which URLs a `Database` takes."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import ArgumentError

from taskbound import Database, DatabaseUnavailable, MissingDriver, SyncDriver


@pytest.mark.parametrize(
    ("url", "instead"),
    [
        ("sqlite:///shop.db", "sqlite+aiosqlite:///shop.db"),
        ("postgresql://u:secret@db/shop", "postgresql+asyncpg://u:***@db/shop"),
        ("postgres://u:secret@db/shop", "postgresql+asyncpg://u:***@db/shop"),
        ("postgresql+psycopg2://u:secret@db/shop", "postgresql+asyncpg://u:***@db/shop"),
        ("mysql://u:secret@db/shop", "mysql+aiomysql://u:***@db/shop"),
        ("mysql+pymysql://u:secret@db/shop", "mysql+aiomysql://u:***@db/shop"),
        ("mariadb+mariadbconnector://u:secret@db/s", "mysql+aiomysql://u:***@db/s"),
    ],
)
def test_a_synchronous_driver_is_refused_with_the_url_to_write(url: str, instead: str) -> None:
    with pytest.raises(SyncDriver) as caught:
        Database(url)

    shown = url.replace("secret", "***")
    assert str(caught.value) == (
        f"{shown} names no asynchronous driver; write {instead} (TB401, docs/errors/TB401.md)"
    )


def test_an_unknown_database_is_refused_with_the_drivers_that_are_known() -> None:
    with pytest.raises(SyncDriver) as caught:
        Database("nosuch://u:secret@db/shop")

    assert str(caught.value) == (
        "nosuch://u:***@db/shop names no asynchronous driver; use one of mysql+aiomysql, "
        "mysql+asyncmy, postgresql+asyncpg, postgresql+psycopg, sqlite+aiosqlite "
        "(TB401, docs/errors/TB401.md)"
    )


def test_a_driver_that_is_not_installed_is_named_with_its_extra(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.delitem(sys.modules, "asyncmy", raising=False)

    with pytest.raises(MissingDriver) as caught:
        Database("mysql+asyncmy://u:secret@db/shop")

    assert str(caught.value) == (
        "mysql+asyncmy://u:***@db/shop needs the package asyncmy; "
        "pip install 'taskbound[asyncmy]' (TB402, docs/errors/TB402.md)"
    )


def test_what_is_no_url_is_refused() -> None:
    with pytest.raises(ArgumentError):
        Database("a shop")


def test_mariadb_is_another_name_for_mysql() -> None:
    database = Database("mariadb+aiomysql://u:secret@db/shop")

    assert repr(database) == "Database('mariadb+aiomysql://u:***@db/shop')"


@pytest.mark.parametrize(
    "url", ["postgresql+asyncpg://u:s3cr3t", "postgresql+asyncpg://u:pa@s3cr3t@db/shop"]
)
def test_a_url_that_cannot_be_read_is_not_quoted(url: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        Database(url)

    assert str(caught.value) == (
        "the database URL cannot be read: it is driver://user:password@host:port/database, with "
        "%40 for an @ and %2F for a / in the password"
    )


def test_a_password_among_the_parameters_is_hidden_too() -> None:
    database = Database("postgresql+asyncpg://db/shop?user=u&password=s3cr3t")

    assert repr(database) == "Database('postgresql+asyncpg://db/shop?password=***&user=u')"


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("postgresql+asyncpg://db/shop?timeout=3", "timeout"),
        ("mysql+aiomysql://db/shop?connect_timeout=3", "connect_timeout"),
    ],
)
def test_a_timeout_in_the_url_is_kept(url: str, name: str) -> None:
    given: list[object] = []
    database = Database(url)

    @event.listens_for(database.engine.sync_engine, "do_connect")
    def connect(_dialect: object, _record: object, _args: object, params: dict[str, Any]) -> None:
        given.append(float(params[name]))
        raise ConnectionRefusedError

    with pytest.raises(DatabaseUnavailable):
        asyncio.run(database.check())

    assert given == [3.0]


def test_an_empty_url_is_called_empty() -> None:
    with pytest.raises(ArgumentError) as caught:
        Database("")

    assert str(caught.value) == (
        "the database URL is empty: is the setting set that should hold it?"
    )


def test_a_database_in_memory_is_written_as_one_writes_it() -> None:
    with pytest.raises(SyncDriver) as caught:
        Database("sqlite:///:memory:")

    assert caught.value.instead == "sqlite+aiosqlite:///:memory:"
