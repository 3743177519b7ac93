"""SQLite's violations: kind by extended result code, names out of its fixed messages.

SQLite says the columns in the message and nowhere else, and of a foreign key nothing at all.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from taskbound.driver.violation import Kind, Violation

# https://sqlite.org/rescode.html
_KINDS = {
    sqlite3.SQLITE_CONSTRAINT_CHECK: Kind.CHECK,
    sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY: Kind.FOREIGN_KEY,
    sqlite3.SQLITE_CONSTRAINT_NOTNULL: Kind.NOT_NULL,
    sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY: Kind.UNIQUE,
    sqlite3.SQLITE_CONSTRAINT_ROWID: Kind.UNIQUE,
    sqlite3.SQLITE_CONSTRAINT_UNIQUE: Kind.UNIQUE,
}


def violation(error: Any) -> Violation | None:
    """What an error of sqlite3 says, or None where it is about no constraint."""
    kind = _KINDS.get(getattr(error, "sqlite_errorcode", None) or 0)
    if kind is None:
        return None
    _, failed, what = str(error).partition(" constraint failed: ")
    if not failed or kind is Kind.FOREIGN_KEY:
        return Violation(kind)
    return _check(what) if kind is Kind.CHECK else _columns(kind, what)


def _check(what: str) -> Violation:
    # A check without a name is told by its expression, which begins with the name of a column or a call.
    return Violation(Kind.CHECK, constraint=what if what.isidentifier() else None)


def _columns(kind: Kind, what: str) -> Violation:
    """From `line.order_id, line.product`, or from `index 'name'` where an index is on expressions."""
    if what.startswith("index '") and what.endswith("'"):
        return Violation(kind, constraint=what[7:-1])
    pairs = [named.partition(".") for named in what.split(", ")]
    tables = {table for table, _, _ in pairs}
    if len(tables) != 1 or not all(column for _, _, column in pairs):
        return Violation(kind)
    return Violation(kind, table=tables.pop(), columns=tuple(column for _, _, column in pairs))
