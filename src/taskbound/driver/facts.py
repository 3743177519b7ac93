"""What taskbound has to know of a driver before it sends the first statement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence


class Stream(NamedTuple):
    """The rows of a statement, some at a time."""

    fetch: Callable[[], Awaitable[Sequence[Sequence[Any]]]]
    """The next rows: as many as were asked for, or fewer where they are the last."""
    close: Callable[[], Awaitable[object]]
    """Leave the rest, so that the connection can be used for something else."""


class Copy(NamedTuple):
    """Where rows are copied to: a table and its columns, by their names in the database."""

    table: str
    schema: str | None
    columns: Sequence[str]
    sql: str
    """`COPY table (columns) FROM STDIN`."""


class Spare(Protocol):
    """Runs a statement on a connection that is open for this alone, made with the engine's arguments."""

    async def __call__(self, sql: str) -> None:
        """Run it. What it answers is not read."""
        ...


class Remains(NamedTuple):
    """What is left of a connection that was cut: its end on the server."""

    gone: Callable[[float], Awaitable[bool]]
    """Wait so many seconds at most for the server to let go of the session; whether it has."""
    interrupt: Callable[[Spare], Awaitable[object]]
    """Ask the server to end the statement of the session, if there is one. May be asked again."""
    release: Callable[[], object]
    """Hold nothing of it any more, whether or not the server has let go."""


@dataclass(frozen=True, slots=True)
class Driver:
    """One asynchronous driver."""

    name: str
    """The URL's part before `://`, such as `postgresql+asyncpg`."""
    package: str
    """The module to import; the distribution has the same name."""
    extra: str
    """The extra of taskbound that installs it."""
    connect_args: Callable[[float], Mapping[str, Any]]
    """Arguments of the driver's `connect` that limit it to so many seconds."""
    ping: Callable[[Any], Awaitable[object]]
    """Run one statement on the driver's own connection in one round trip, outside a transaction."""
    terminate: Callable[[Any], object]
    """End a connection at once, on its own event loop, without waiting for the server."""
    opened: Callable[..., Awaitable[Any]]
    """The driver's own open connection, for the arguments of its `connect`."""
    abandon: Callable[[Any], Remains | None]
    """Cut a connection in the middle of whatever it does, without a wait. None where nothing is left."""
    sever: Callable[[Any], object]
    """End a connection whose event loop is closed, without that loop."""
    fetch: Callable[[Any, str, Any], Awaitable[Sequence[Sequence[Any]]]]
    """All rows of a statement, in the transaction that the driver's own connection is in."""
    execute: Callable[[Any, str, Any], Awaitable[int]]
    """Run a statement that returns no rows, in the same transaction: how many rows it has found to write."""
    execute_many: Callable[[Any, str, Collection[Any]], Awaitable[object]]
    """Run an INSERT that returns no rows for each of the arguments, in as few round trips as there can be."""
    fetch_many: Callable[[Any, str, Collection[Any]], Awaitable[Sequence[Any]]]
    """The same for one that returns its row: all rows, in the order of the arguments. On SQLite there is None
    where it has returned none."""
    change_many: Callable[[Any, str, Sequence[Any]], Awaitable[int]]
    """Run an UPDATE or DELETE that returns nothing once for each of several arguments, in as few round trips
    as there can be: how many rows all of them have found to write."""
    fetch_alone: Callable[[Any, str, Any], Awaitable[Sequence[Sequence[Any]]]]
    """All rows of a statement that is a transaction by itself, in as few round trips as there can be."""
    ends_alone: bool
    """Whether no transaction is left open by `fetch_alone`."""
    stream: Callable[[Any, str, Any, int], Awaitable[Stream]]
    """The rows of a statement, so many at a time, in the transaction that the connection is in. They are
    in memory only while they are fetched."""
    meanwhile: Literal["anything", "reads", "nothing"]
    """What the connection can be used for while a stream is open. Where that is "reads", the stream might
    or might not see a write, and hinders it; where it is "nothing", the rest of the rows is on the wire."""
    ended_by: Callable[[Any, BaseException], bool]
    """Whether an error, which has just been raised inside a transaction, has ended that transaction on the
    server: the driver's own connection, and the error as SQLAlchemy has it."""
    in_transaction: Callable[[Any], bool]
    """Whether a transaction is open on the driver's own connection, as it knows without asking. False for
    a connection that is closed."""
    is_aborted: Callable[[Any], Awaitable[bool]] | None = None
    """Whether the transaction that the connection is in can only be rolled back; None where a transaction
    that an error has ended is gone, and another one may have begun."""
    begin: Callable[[Any], Awaitable[object] | None] | None = None
    """Begin the transaction that SQLAlchemy's adapter of the connection would begin with its next
    statement; returns None where there is one, and is None where the driver or SQLAlchemy begins it."""
    commit: Callable[[Any], Awaitable[object] | None] | None = None
    """Commit the transaction that SQLAlchemy's adapter of the connection is in, in one round trip; returns
    None where there is nothing to commit, and is None where more than that belongs to a transaction."""
    commit_keeps_task: bool = False
    """Whether `commit` has to end in the task in which it began, as what enters `asyncio.timeout()` does."""
    fetch_first: (
        Callable[[Any, str, Collection[Any]], Awaitable[tuple[int, Sequence[Any]]]] | None
    ) = None
    """Of several statements with their arguments the first that returns rows, else the last: its number, and
    its rows. None where that costs as much as one after the other. The text is theirs, for messages."""
    copy: Callable[[Any, Copy, Collection[Any]], Awaitable[object]] | None = None
    """Write rows by COPY, in the transaction that the connection is in; None where there is no such thing."""
    cut_off: Callable[[Any], Remains | None] | None = None
    """As `abandon`, under a task that waits for an answer, and is told at once. None where `abandon` does
    that."""
