"""Which blocks the running task is in, so that no repetition begins inside one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakKeyDictionary

from taskbound.awaiting import Task, current_task
from taskbound.place import Place, place_of

if TYPE_CHECKING:
    from types import CodeType

_open: WeakKeyDictionary[Task, list[Entry]] = WeakKeyDictionary()


class Entry(NamedTuple):
    """A block that a task has entered: of which database, and where."""

    task: Task
    dialect: object
    code: CodeType
    line: int


def enter(bind: Any, code: CodeType, line: int) -> Entry | None:
    """Note that the running task enters a block on an engine or a connection."""
    task = current_task()
    if task is None:
        return None
    entry = Entry(task, getattr(bind, "dialect", None), code, line)
    _open.setdefault(task, []).append(entry)
    return entry


def leave(entry: Entry | None) -> None:
    """Note that the block is left, by whichever task."""
    if entry is not None:
        _open[entry.task].remove(entry)


def enclosing(dialect: object) -> Place | None:
    """Where the running task has entered a block on the same database that it is still in, or None.

    dialect: SQLAlchemy's object, which all engines of a database share.
    """
    task = current_task()
    for entry in reversed(_open.get(task, ())) if task is not None else ():
        if entry.dialect is dialect:
            return place_of(entry.code, entry.line)
    return None
