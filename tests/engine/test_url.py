"""Which URLs a `Database` takes."""

from __future__ import annotations

import sys

import pytest
from sqlalchemy.exc import ArgumentError

from taskbound import Database, MissingDriver, SyncDriver


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
