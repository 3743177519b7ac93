"""What is sent so that a transaction has an isolation level, only reads, or is bounded in time.

Everything ends with the transaction by itself, or is taken back by a statement before its end: nothing
is left to the next user of the connection, nor to whoever shares it behind a pooler.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

Statement = tuple[str, tuple[Any, ...]]

_STANDARD = ("SERIALIZABLE", "REPEATABLE READ", "READ COMMITTED", "READ UNCOMMITTED")
LEVELS = {
    "postgresql": _STANDARD,
    "mysql": _STANDARD,
    "mariadb": _STANDARD,
    # Others there are between connections of one shared cache alone.
    "sqlite": ("SERIALIZABLE",),
}
"""The isolation levels of each dialect."""


class Terms(NamedTuple):
    """How a transaction is to be begun. `seconds` are those that are left of it."""

    isolation_level: str | None
    read_only: bool
    seconds: float | None


class Script(NamedTuple):
    """The statements after the begin of a transaction, and those before its end."""

    begin: tuple[Statement, ...]
    end: tuple[str, ...] = ()


def script(terms: Terms, dialect: Any) -> Script:
    """What SQLAlchemy's `dialect` needs for these terms; nothing where it is not one of taskbound's."""
    family = _FAMILIES.get(dialect.name)
    return family(terms, dialect) if family is not None else Script(())


def _postgresql(terms: Terms, dialect: Any) -> Script:
    modes = [f"ISOLATION LEVEL {terms.isolation_level}"] if terms.isolation_level else []
    modes += ["READ ONLY"] if terms.read_only else []
    begin: list[Statement] = [(f"SET TRANSACTION {', '.join(modes)}", ())] if modes else []
    if terms.seconds is not None:
        # As a parameter, since a text of its own for each value would fill the caches of statements.
        first, second = ("$1", "$2") if dialect.paramstyle == "numeric_dollar" else ("%s", "%s")
        limit = str(_milliseconds(terms.seconds))
        sql = (
            f"SELECT set_config('statement_timeout', {first}, true), "
            f"set_config('idle_in_transaction_session_timeout', {second}, true)"
        )
        begin.append((sql, (limit, limit)))
    return Script(tuple(begin))


def _mysql(terms: Terms, dialect: Any) -> Script:
    begin: list[str] = []
    end: list[str] = []
    if terms.seconds is not None:
        variable, limit = "max_execution_time", str(_milliseconds(terms.seconds))
        if dialect.is_mariadb:
            variable, limit = "max_statement_time", f"{max(terms.seconds, 0.001):.3f}"
        begin.append(f"SET @taskbound_limit = @@SESSION.{variable}, SESSION {variable} = {limit}")
        end.append(f"SET SESSION {variable} = @taskbound_limit")
    if terms.isolation_level:
        # Without SESSION it is for the next transaction alone.
        begin.append(f"SET TRANSACTION ISOLATION LEVEL {terms.isolation_level}")
    if terms.isolation_level or terms.read_only:
        begin.append(f"START TRANSACTION{' READ ONLY' if terms.read_only else ''}")
    return Script(tuple((sql, ()) for sql in begin), tuple(end))


def _sqlite(terms: Terms, _dialect: Any) -> Script:
    if not terms.read_only:
        return Script(())
    return Script((("PRAGMA query_only = ON", ()),), ("PRAGMA query_only = OFF",))


def _milliseconds(seconds: float) -> int:
    # 0 would mean no limit.
    return max(1, math.ceil(seconds * 1000))


_FAMILIES: dict[str, Callable[[Terms, Any], Script]] = {
    "postgresql": _postgresql,
    "mysql": _mysql,
    "mariadb": _mysql,
    "sqlite": _sqlite,
}
