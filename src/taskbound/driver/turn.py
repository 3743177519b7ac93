"""SQLite: the wait for another connection's lock, which can be given up.

SQLite waits by itself, in the thread of the connection, and nothing ends that: `interrupt()` is for
statements that run. So it is told to wait for a moment only, and what it has refused then is asked of it
again.
"""

from __future__ import annotations

import sqlite3
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

MOMENT = 0.1
"""Seconds that SQLite itself waits at a time."""

# What takes locks, of sqlite3's and of aiosqlite's: done anew, each is what it was the first time.
_TAKING = frozenset(
    (
        "execute",
        "execute_held",
        "execute_many_held",
        "fetch_many_held",
        "fetch_first_held",
        "change_many_held",
        "executemany",
        "executescript",
        "_execute_fetchall",
        "_execute_insert",
        "commit",
    )
)
# The basic code of an error is in its lowest byte.
_BASIC = 0xFF


def execute_held(held: sqlite3.Connection, sql: str, arguments: Sequence[Any]) -> int:
    """How many rows a statement has written, in the connection's thread."""
    return held.execute(sql, arguments).rowcount


def execute_many_held(held: sqlite3.Connection, sql: str, rows: Collection[Any]) -> None:
    """Run a statement once for each of the arguments, in the connection's thread."""
    held.executemany(sql, rows)


def fetch_many_held(held: sqlite3.Connection, sql: str, rows: Collection[Any]) -> Sequence[Any]:
    """The row that a statement returns for each of the arguments, None where it returns none."""
    execute = held.cursor().execute
    # To the end of each, since the statement has written only then.
    return [next(iter(execute(sql, row).fetchall()), None) for row in rows]


def fetch_first_held(
    held: sqlite3.Connection, statements: Collection[tuple[str, Sequence[Any]]]
) -> tuple[int, Sequence[Any]]:
    """Of statements, one after the other, the first that returns rows: its number, and those."""
    *others, last = statements
    for number, (sql, arguments) in enumerate(others):
        if rows := held.execute(sql, arguments).fetchall():
            return number, rows
    return len(others), held.execute(*last).fetchall()


def change_many_held(held: sqlite3.Connection, sql: str, arguments: Sequence[Sequence[Any]]) -> int:
    """How many rows it has written, run once for each of several arguments, in the connection's thread."""
    return held.executemany(sql, arguments).rowcount


class Turn:
    """Waits for the turn of one connection, in its thread.

    seconds: how long a statement waits in all; 0 leaves it to SQLite.
    given_up: whether nobody waits for the statement any more.
    """

    __slots__ = ("given_up", "seconds")

    def __init__(self) -> None:
        self.seconds: float = 0.0
        self.given_up: bool = False

    def take(self, held: sqlite3.Connection, call: Callable[..., Any], *args: Any) -> Any:
        """What `call` returns, once no other connection has the lock that it needs.

        Raises what it raises last: at once where it has changed something already, and where SQLite has
        refused without a wait, because to wait would be of no use.
        """
        if getattr(call, "__name__", None) not in _TAKING:
            return call(*args)
        before, until = held.total_changes, time.monotonic() + self.seconds
        while True:
            asked = time.monotonic()
            try:
                return call(*args)
            except sqlite3.OperationalError as error:
                if held.total_changes != before or not self._goes_on(error, asked, until):
                    raise

    def _goes_on(self, error: sqlite3.OperationalError, asked: float, until: float) -> bool:
        now = time.monotonic()
        is_busy = error.sqlite_errorcode & _BASIC == sqlite3.SQLITE_BUSY
        return is_busy and not self.given_up and now < until and now - asked > MOMENT / 2
