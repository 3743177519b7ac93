"""MySQL's and MariaDB's violations: kind by error number, names out of their fixed messages.

The servers say the names in the message and nowhere else. A server that speaks another language than
English (`lc_messages`), or a message that was cut off, leaves them unknown.
"""

from __future__ import annotations

import re
from typing import Any

from taskbound.driver.violation import Kind, Violation

# https://mariadb.com/kb/en/mariadb-error-code-reference/ and MySQL's reference of server errors. An
# identifier in a message is in backticks, doubled inside.
_NAME = r"`((?:[^`]|``)+)`"
# `db`.`table`, CONSTRAINT `name` FOREIGN KEY (`a`, `b`) REFERENCES ...
_CHILD = re.compile(rf"\({_NAME}\.{_NAME}, CONSTRAINT {_NAME} FOREIGN KEY \(([^)]*)\)")
# MySQL writes the table before the key since 8.0.19. The value, which anybody may have chosen, comes
# first; so the last such end counts.
_KEY = re.compile(r".*' for key '(?:([^.']+)\.)?([^']+)'$", re.DOTALL)
_NULL = re.compile(r"Column '(.+)' cannot be null$")
_DEFAULT = re.compile(r"Field '(.+)' doesn't have a default value$")
_CHECK_OF_MARIADB = re.compile(rf"CONSTRAINT {_NAME} failed for {_NAME}\.{_NAME}$")
_CHECK_OF_MYSQL = re.compile(r"Check constraint '(.+)' is violated\.$")

# Which kind each number is.
_KINDS = {
    1048: Kind.NOT_NULL,
    1062: Kind.UNIQUE,
    1216: Kind.FOREIGN_KEY,
    1217: Kind.FOREIGN_KEY,
    1364: Kind.NOT_NULL,
    1451: Kind.FOREIGN_KEY,
    1452: Kind.FOREIGN_KEY,
    1586: Kind.UNIQUE,
    3819: Kind.CHECK,
    4025: Kind.CHECK,
}


def violation(error: Any) -> Violation | None:
    """What an error of aiomysql or asyncmy says, or None where it is about no constraint."""
    number, message = (*error.args, None, None)[:2]
    kind = _KINDS.get(number) if isinstance(number, int) else None
    if kind is None:
        return None
    return _READERS[kind](message) if isinstance(message, str) else Violation(kind)


def _unique(message: str) -> Violation:
    found = _KEY.match(message)
    table, key = found.groups() if found else (None, None)
    return Violation(Kind.UNIQUE, constraint=key, table=table)


def _foreign_key(message: str) -> Violation:
    found = _CHILD.search(message)
    if not found:
        return Violation(Kind.FOREIGN_KEY)
    schema, table, constraint, columns = found.groups()
    return Violation(
        Kind.FOREIGN_KEY,
        constraint=_plain(constraint),
        table=_plain(table),
        schema=_plain(schema),
        columns=tuple(_plain(name) for name in re.findall(_NAME, columns)),
    )


def _not_null(message: str) -> Violation:
    found = _NULL.match(message) or _DEFAULT.match(message)
    return Violation(Kind.NOT_NULL, columns=(found[1],) if found else ())


def _check(message: str) -> Violation:
    if found := _CHECK_OF_MARIADB.match(message):
        constraint, schema, table = (_plain(name) for name in found.groups())
        return Violation(Kind.CHECK, constraint=constraint, table=table, schema=schema)
    found = _CHECK_OF_MYSQL.match(message)
    return Violation(Kind.CHECK, constraint=found[1] if found else None)


def _plain(name: str) -> str:
    return name.replace("``", "`")


_READERS = {
    Kind.UNIQUE: _unique,
    Kind.FOREIGN_KEY: _foreign_key,
    Kind.NOT_NULL: _not_null,
    Kind.CHECK: _check,
}
