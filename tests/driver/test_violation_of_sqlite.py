"""The names in the messages of SQLite, as the library that is installed writes them."""

from __future__ import annotations

import sqlite3

import pytest

from taskbound.driver.violation import Kind, Violation
from taskbound.driver.violation_of_sqlite import violation

TABLE = """
CREATE TABLE parent (id INTEGER PRIMARY KEY);
CREATE TABLE t (
    id INTEGER PRIMARY KEY, a TEXT UNIQUE, b TEXT NOT NULL, c INT, d INT,
    p INT REFERENCES parent,
    CONSTRAINT positive CHECK (c > 0), CHECK (d < 10), UNIQUE (c, d)
);
CREATE UNIQUE INDEX lower_b ON t (lower(b));
INSERT INTO t VALUES (1, 'a', 'b', 1, 2, NULL);
"""


def refused(statement: str) -> sqlite3.IntegrityError:
    connection = sqlite3.connect(":memory:")
    try:
        connection.executescript("PRAGMA foreign_keys = ON;" + TABLE)
        with pytest.raises(sqlite3.IntegrityError) as caught:
            connection.execute(statement)
    finally:
        connection.close()
    return caught.value


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ("1, 'x', 'y', 2, 3, NULL", Violation(Kind.UNIQUE, table="t", columns=("id",))),
        ("2, 'a', 'y', 2, 3, NULL", Violation(Kind.UNIQUE, table="t", columns=("a",))),
        ("2, 'x', 'y', 1, 2, NULL", Violation(Kind.UNIQUE, table="t", columns=("c", "d"))),
        ("2, 'x', 'B', 2, 3, NULL", Violation(Kind.UNIQUE, "lower_b")),
        ("2, 'x', NULL, 2, 3, NULL", Violation(Kind.NOT_NULL, table="t", columns=("b",))),
        ("2, 'x', 'y', 0, 3, NULL", Violation(Kind.CHECK, "positive")),
        ("2, 'x', 'y', 2, 30, NULL", Violation(Kind.CHECK)),
        ("2, 'x', 'y', 2, 3, 9", Violation(Kind.FOREIGN_KEY)),
    ],
)
def test_the_names_are_read_from_the_message(values: str, expected: Violation) -> None:
    assert violation(refused(f"INSERT INTO t VALUES ({values})")) == expected


def test_other_errors_are_no_violation() -> None:
    assert violation(sqlite3.OperationalError("database is locked")) is None
