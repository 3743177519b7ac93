"""Which blocks the running task is in, so that no repetition begins inside one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from taskbound.awaiting import Task, current_task
from taskbound.place import Place, place_of

if TYPE_CHECKING:
    from types import CodeType

# The blocks that are open, by the ids of their entries, in the order in which they were entered.
_open: dict[int, Entry] = {}


class Entry(NamedTuple):
    """A block that a task has entered: of which database, and where."""

    task: Task
    dialect: object
    code: CodeType
    line: int


def enter(dialect: object, code: CodeType, line: int) -> Entry | None:
    """Note that the running task enters a block on the engines, or the connections, of a dialect."""
    task = current_task()
    if task is None:
        return None
    entry = Entry(task, dialect, code, line)
    _open[id(entry)] = entry
    return entry


def leave(entry: Entry | None) -> None:
    """Note that the block is left, by whichever task."""
    if entry is not None:
        _open.pop(id(entry), None)


def enclosing(dialect: object) -> Place | None:
    """Where the running task has entered a block on the same database that it is still in, or None.

    dialect: SQLAlchemy's object, which all engines of a database share.
    """
    task = current_task()
    for entry in reversed(_open.values()):
        if entry.task is task and entry.dialect is dialect:
            return place_of(entry.code, entry.line)
    return None
