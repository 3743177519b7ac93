"""Where in the user's own code something happened."""

from __future__ import annotations

import asyncio
import gc
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from types import AsyncGeneratorType
from typing import TYPE_CHECKING, Any, NamedTuple

import greenlet

from taskbound.awaiting import current_task, parent_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType, FrameType

_PACKAGE = str(Path(__file__).parent)
# Code below these folders is never "the user's line", wherever the user's project lies.
_STANDARD_LIBRARY = sysconfig.get_path("stdlib")
_INSTALLED = tuple({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})
# Bounds the walk of a stack or an await chain, in frames.
_DEEPEST = 200
# Where the event loop steps a task or a callback, and where it is run (uvloop steps in C).
_STEPS = frozenset((asyncio.Handle._run.__code__, asyncio.Runner.run.__code__))
_LOOP_FILES = frozenset(code.co_filename for code in _STEPS)
# Frames between a greenlet of SQLAlchemy's and the line that awaits it; a library may lie between.
_NEAR = 24
# Whether the code of a file is the user's own, for files that were met on the way to such a line.
_users: dict[str, bool] = {}
# Packages that call the user's code, and are called by a server or a test.
_FRAMEWORKS = frozenset(("fastapi", "starlette", "litestar", "uvicorn", "hypercorn", "httpx"))
# Packages whose frames say how a statement is sent, not why.
_DATABASE_LAYER = frozenset(
    ("sqlalchemy", "greenlet", "aiosqlite", "asyncpg", "psycopg", "aiomysql", "pymysql", "asyncmy")
)


@dataclass(frozen=True, slots=True)
class Place:
    """A line of source: the file, the line number (from 1) and the function's name.

    Where none of the user's lines led there, it is a line of an installed package, and `package` is
    the package's name: it serialises what a handler has returned, for example.
    """

    file: str
    line: int
    function: str
    package: str = ""

    def __str__(self) -> str:
        if self.package:
            return f"{self.package}'s {self.function}()"
        return f"{_shortest(self.file)}:{self.line} in {self.function}"


def calling_place() -> Place | None:
    """The innermost line of the user's code that led here, or None where there is none.

    Frames of taskbound, SQLAlchemy, the drivers, the standard library and installed packages are passed
    over. Where a web framework comes before any line of the user's, it is the nearest line of an
    installed package that is not about the database, such as the serialiser's. A task that was made of the
    call itself, as `gather(session.execute(...))` does, has no such line: then it is the line at
    which its parent waits for it.
    """
    return _choose(_frames(sys._getframe(1))) or _parent_place(current_task())


def task_place(task: asyncio.Task[Any]) -> Place | None:
    """The innermost line of the user's code at which a task waits, or runs; None where there is none."""
    return _chain_place(task) or _parent_place(task)


def is_called_from(task: asyncio.Task[Any]) -> bool:
    """Whether the running code is a first step that `task` takes itself for an eager child of its own."""
    frame = getattr(task.get_coro(), "cr_frame", None)
    return frame is not None and any(frame is below for below in _frames(sys._getframe(1)))


def waits_in_database(task: asyncio.Task[Any]) -> bool:
    """Whether a suspended task waits for a driver or for SQLAlchemy, as far as its coroutines tell."""
    for frame in reversed(list(_await_chain(task))):
        file = frame.f_code.co_filename
        if _is_database_layer(file, frame):
            return True
        if _is_users(file):
            return False
    return False


def awaiting_line(frame: FrameType | None) -> tuple[CodeType, int] | None:
    """The code object and line of the first frame outwards that is the user's: a `Place` before it is needed.

    None where none is found in reach, as in a task that was made of a call of the library itself.
    """
    for _ in range(_NEAR):
        if frame is None:
            return None
        code = frame.f_code
        file = code.co_filename
        users = _users.get(file)
        if users is None:
            users = _users[file] = _is_users(file)
        if users:
            return code, frame.f_lineno
        if file in _LOOP_FILES:
            return None
        frame = frame.f_back
    return None


class Spot(NamedTuple):
    """A `Place` before it is needed, which costs a fraction of one."""

    code: CodeType
    line: int

    def place(self) -> Place:
        """The place that it is."""
        return place_of(self.code, self.line)


def calling_spot() -> Spot | None:
    """The innermost line of the user's own code that led here, or None where there is none.

    For what may have to be named later. Unlike `calling_place` it knows no frameworks and no parents.
    """
    # `_frames` written out, which is a generator, since this is asked for twice a transaction.
    frame: FrameType | None = sys._getframe(1)
    spawned_by = greenlet.getcurrent().parent
    for _ in range(_DEEPEST):
        if frame is None:
            if spawned_by is None or spawned_by.gr_frame is None:
                return None
            frame, spawned_by = spawned_by.gr_frame, spawned_by.parent
        code = frame.f_code
        file = code.co_filename
        users = _users.get(file)
        if users is None:
            users = _users[file] = _is_users(file)
        if users:
            return Spot(code, frame.f_lineno)
        if code in _STEPS:
            return None
        frame = frame.f_back
    return None


def exit_place(depth: int) -> tuple[CodeType, int]:
    """The code object and line of the caller `depth` frames up: a `Place` before it is needed.

    Two attribute reads, because it is taken each time that a session closes.
    """
    frame = sys._getframe(depth)
    return frame.f_code, frame.f_lineno


def place_of(code: CodeType, line: int) -> Place:
    """The `Place` of what `exit_place` has kept."""
    return Place(code.co_filename, line, code.co_name)


def _frames(frame: FrameType | None) -> Iterator[FrameType]:
    """The stack from `frame` outwards, through the greenlet that SQLAlchemy runs its methods in."""
    spawned_by = greenlet.getcurrent().parent
    for _ in range(_DEEPEST):
        if frame is None:
            if spawned_by is None or spawned_by.gr_frame is None:
                return
            frame, spawned_by = spawned_by.gr_frame, spawned_by.parent
        if frame.f_code in _STEPS:
            # Beyond lies the code that runs the event loop, which has nothing to do with this task.
            return
        yield frame
        frame = frame.f_back


def _chain_place(task: asyncio.Task[Any]) -> Place | None:
    return _choose(reversed(list(_await_chain(task))))


def _parent_place(task: asyncio.Task[Any] | None) -> Place | None:
    """The line at which another task waits for this one, or None where nobody is known to."""
    parent = parent_of(task) if task is not None else None
    return _chain_place(parent) if parent is not None else None


def _await_chain(task: asyncio.Task[Any]) -> Iterator[FrameType]:
    """The frames of a suspended task, outermost first: each coroutine and the one that it awaits.

    Those of the running task are taken from the stack: what a coroutine awaits that is being executed,
    CPython reads from memory that is not its own, up to 3.12, and dies.
    """
    awaited: object = task.get_coro()
    if getattr(awaited, "cr_running", False):
        if task is current_task():
            yield from reversed(list(_frames(sys._getframe(1))))
        return
    for _ in range(_DEEPEST):
        if type(awaited).__name__ in _STEPS_OF_GENERATORS:
            awaited = _generator_of(awaited)
        frame = getattr(awaited, "cr_frame", None) or getattr(awaited, "ag_frame", None)
        if frame is None:
            return
        yield frame
        awaited = getattr(awaited, "cr_await", None) or getattr(awaited, "ag_await", None)


# What is awaited of an asynchronous generator: `__anext__`, `asend`, `athrow` and `aclose`.
_STEPS_OF_GENERATORS = ("async_generator_asend", "async_generator_athrow")


def _generator_of(step: object) -> object:
    """The asynchronous generator that a step belongs to, which shows it to the garbage collector alone."""
    held = gc.get_referents(step)
    return next((one for one in held if isinstance(one, AsyncGeneratorType)), None)


def _choose(innermost_first: Iterator[FrameType]) -> Place | None:
    nearest: Place | None = None
    for frame in innermost_first:
        file = frame.f_code.co_filename
        if file.startswith("<") or _is_database_layer(file, frame):
            continue
        installed = file.startswith(_INSTALLED)
        if not installed and file.startswith(_STANDARD_LIBRARY):
            continue
        if not installed:
            return Place(file, frame.f_lineno, frame.f_code.co_name)
        package = _package(frame)
        if package in _FRAMEWORKS:
            # Whoever called the framework did not touch the attribute.
            break
        nearest = nearest or Place(file, frame.f_lineno, frame.f_code.co_name, package)
    return nearest


def _is_users(file: str) -> bool:
    """Whether a file is neither of a package, nor of the standard library, nor no file at all."""
    return not file.startswith(("<", _PACKAGE, *_INSTALLED, _STANDARD_LIBRARY))


def _is_database_layer(file: str, frame: FrameType) -> bool:
    return file.startswith(_PACKAGE) or _package(frame) in _DATABASE_LAYER


def _package(frame: FrameType) -> str:
    module: str = frame.f_globals.get("__name__", "")
    return module.partition(".")[0]


def _shortest(file: str) -> str:
    try:
        return str(Path(file).relative_to(Path.cwd()))
    except (ValueError, OSError):
        return file
