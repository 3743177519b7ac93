"""Every exception of taskbound.

```
TaskboundError
├── Misuse                              the program breaks a law; fix the code
│   ├── SessionMisuse
│   │   ├── OverlappingOperations TB101 two tasks inside one session at the same time
│   │   ├── InterleavedWork       TB102 one task ends another task's unfinished unit of work
│   │   ├── SessionClosed         TB103 a session used after it was closed
│   │   └── InterruptedStream     TB104 a stream that goes on after its transaction
│   ├── HiddenIO                        an attribute that would have to send SQL by itself
│   │   ├── LazyRelationship      TB201 a relationship that was not loaded
│   │   ├── ExpiredAttribute      TB202 a value that was thrown away since it was loaded
│   │   ├── DeferredAttribute     TB203 a column that the query left out
│   │   └── SyncCall              TB204 the synchronous session called outside `run_sync`
│   ├── EngineMisuse
│   │   ├── SyncDriver            TB401 a URL whose driver is not asynchronous
│   │   ├── MissingDriver         TB402 a URL whose driver is not installed
│   │   └── ForeignLoop           TB403 an engine used from a second, running event loop
│   └── ProjectionMisuse                a DTO that cannot be read from a model
│       ├── NoShape               TB501 a type that is no DTO
│       ├── RecursiveShape        TB502 a DTO that holds itself
│       ├── UnknownField          TB503 a field that the model does not have
│       ├── MisplacedRelation     TB504 a relation where a column is meant, or the reverse
│       ├── NullableField         TB505 a field that refuses None, for a value that may be absent
│       ├── UnfitType             TB506 a field whose type cannot hold the column's values
│       ├── UnfitStatement        TB507 a statement that does not select one mapped class
│       ├── UnfitParameters       TB513 parameters that a prepared projection does not take
│       ├── UnreadableField       TB508 a field of a kind that cannot be read
│       ├── UnfitChoice           TB514 a union of DTOs that does not go with the model's classes
│       └── UnfitPage             TB510 a page that cannot be read
└── Failure                             the world fails; handle it
    ├── DatabaseUnavailable       TB404 the database does not answer
    ├── NotFound              TB511 no row where there had to be one
    ├── MultipleFound         TB512 several rows where there had to be one
    ├── CyclicTree            TB515 a row of a tree that is among its own descendants
    └── UnfitCursor               TB509 a cursor that a client has not got from this query
```

A message's first line holds the fact, the place and the cure, because serialisers and loggers keep
no more than that. Each code has a page in `docs/errors/`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import (
    InvalidRequestError,
    MissingGreenlet,
    MultipleResultsFound,
    NoResultFound,
)

if TYPE_CHECKING:
    from taskbound.place import Place

__all__ = [
    "CyclicTree",
    "DatabaseUnavailable",
    "DeferredAttribute",
    "EngineMisuse",
    "ExpiredAttribute",
    "Failure",
    "ForeignLoop",
    "HiddenIO",
    "InterleavedWork",
    "InterruptedStream",
    "LazyRelationship",
    "MisplacedRelation",
    "MissingDriver",
    "Misuse",
    "MultipleFound",
    "NoShape",
    "NotFound",
    "NullableField",
    "OverlappingOperations",
    "ProjectionMisuse",
    "RecursiveShape",
    "SessionClosed",
    "SessionMisuse",
    "SyncCall",
    "SyncDriver",
    "TaskboundError",
    "UnfitChoice",
    "UnfitCursor",
    "UnfitPage",
    "UnfitParameters",
    "UnfitStatement",
    "UnfitType",
    "UnknownField",
    "UnreadableField",
]


class TaskboundError(Exception):
    """Base of every error that taskbound raises.

    `code` names the error's page, `docs/errors/<code>.md`. What the message was built from stays on
    the error as attributes, and survives pickling.
    """

    code: str = ""

    def __str__(self) -> str:
        # SQLAlchemy's own __str__ would look this code up on SQLAlchemy's error pages.
        return str(self.args[0])

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (type(self), self.args, self.__dict__)

    def _say(self, fact: str, cure: str) -> None:
        super().__init__(f"{fact}; {cure} ({self.code}, docs/errors/{self.code}.md)")


def _restore(
    cls: type[TaskboundError], args: tuple[Any, ...], state: dict[str, Any]
) -> TaskboundError:
    error = cls.__new__(cls, *args)
    error.args = args
    error.__dict__.update(state)
    return error


class Misuse(TaskboundError):
    """The program breaks one of the laws: the cure is in the code, not in a retry."""


class Failure(TaskboundError):
    """The world failed: a server is away, a network is cut. The program can handle it."""


class SessionMisuse(Misuse, InvalidRequestError):  # type: ignore[misc]  # SQLAlchemy's `code` may be None
    """A session is used in a way that would corrupt or lose its unit of work."""


class OverlappingOperations(SessionMisuse):
    """Two tasks are inside one session at the same time.

    Raised by the operation that comes second, before it touches the connection. The first operation
    goes on undisturbed. By `close()` it is raised after the session was closed safely.

    Attributes: `operation` and `place` of the refused call, `running` and `running_place` of the one
    that it would have disturbed, `task` and `running_task`, the names of the two tasks.
    """

    code = "TB101"

    operation: str
    task: str
    place: Place | None
    running: str
    running_task: str
    running_place: Place | None

    def __init__(
        self,
        *,
        operation: str,
        task: str,
        place: Place | None,
        running: str,
        running_task: str,
        running_place: Place | None,
    ) -> None:
        self.operation, self.task, self.place = operation, task, place
        self.running, self.running_task = running, running_task
        self.running_place = running_place
        self._say(
            f"task {task!r} called {operation}(){_at(place)} while task {running_task!r} "
            f"is in {running}(){_at(running_place)} on the same session",
            "give each task a session of its own: async with db.session() (or your factory) as session",
        )


class InterleavedWork(SessionMisuse):
    """A task would flush, commit, roll back or close what another, unfinished task has written.

    Raised before anything is sent; the other task's work stays as it is.

    Attributes: `operation`, `task` and `place` of the refused call, `writer_task` and `writer_place`,
    the name of the task whose flushed work is in the session and the line where it waits now.
    """

    code = "TB102"

    operation: str
    task: str
    place: Place | None
    writer_task: str
    writer_place: Place | None

    def __init__(
        self,
        *,
        operation: str,
        task: str,
        place: Place | None,
        writer_task: str,
        writer_place: Place | None,
    ) -> None:
        self.operation, self.task, self.place = operation, task, place
        self.writer_task, self.writer_place = writer_task, writer_place
        self._say(
            f"task {task!r} called {operation}(){_at(place)} on a session that holds unfinished "
            f"work of task {writer_task!r}{_at(writer_place)}",
            "give each task a session of its own: async with db.session() (or your factory) as session",
        )


class SessionClosed(SessionMisuse):
    """A session is used after it was closed, or while it is being closed.

    Attributes: `operation` and `place` of the refused call, `closed_place`, where the session was
    closed (None where that line is not in Python code).
    """

    code = "TB103"

    operation: str
    place: Place | None
    closed_place: Place | None

    def __init__(self, *, operation: str, place: Place | None, closed_place: Place | None) -> None:
        self.operation, self.place, self.closed_place = operation, place, closed_place
        self._say(
            f"{operation}() was called{_at(place)} on a session that was closed{_at(closed_place)}",
            "open a new one where the work is done: async with db.session() (or your factory) as "
            "session; to use a session again, end its work with reset()",
        )


class InterruptedStream(SessionMisuse):
    """A stream goes on after the transaction of the session in which it began.

    Attributes: `dto`, the type's name, and `place`, where the next row was asked for.
    """

    code = "TB104"

    dto: str
    place: Place | None

    def __init__(self, *, dto: str, place: Place | None) -> None:
        self.dto, self.place = dto, place
        self._say(
            f"the next {dto} of a stream was asked for{_at(place)}, but the transaction that the stream "
            "reads in has ended",
            "commit or roll back after the stream, or give it a connection of its own: db.project(...)",
        )


class HiddenIO(Misuse, MissingGreenlet):  # type: ignore[misc]  # SQLAlchemy's `code` may be None
    """Reading an attribute would have to send SQL, and nothing awaits it.

    It is a `sqlalchemy.exc.MissingGreenlet`, so code that catches that one still does. Raised before
    a connection is checked out: the session stays usable.

    Attributes: `entity` (the class), `attribute` (None for a direct call), `identity` (primary key,
    or None), `reason`, `cure` and `place`.
    """

    entity: str
    attribute: str | None
    identity: tuple[Any, ...] | None
    reason: str
    cure: str
    place: Place | None

    def __init__(
        self,
        *,
        entity: str,
        attribute: str | None,
        identity: tuple[Any, ...] | None,
        reason: str,
        cure: str,
        place: Place | None,
    ) -> None:
        self.entity, self.attribute, self.identity = entity, attribute, identity
        self.reason, self.cure, self.place = reason, cure, place
        name = f"{entity}.{attribute}" if attribute else entity
        self._say(f"{name} was used{_at(place)}, but {reason}", cure)


class LazyRelationship(HiddenIO):
    """A relationship is read or changed that no statement has loaded."""

    code = "TB201"


class ExpiredAttribute(HiddenIO):
    """A value is read that a commit, a rollback, a flush or a bulk update has thrown away."""

    code = "TB202"


class DeferredAttribute(HiddenIO):
    """A column is read that the statement did not select."""

    code = "TB203"


class SyncCall(HiddenIO):
    """A method of the synchronous session is called outside `run_sync`."""

    code = "TB204"


class EngineMisuse(Misuse):
    """An engine is made or used in a way that cannot work."""


class SyncDriver(EngineMisuse, ValueError):
    """A URL names a driver that is not asynchronous.

    Attributes: `url` (password hidden) and `instead`, the URL to write (None where taskbound knows no
    asynchronous driver for the database).
    """

    code = "TB401"

    url: str
    instead: str | None

    def __init__(self, *, url: str, instead: str | None, known: str) -> None:
        self.url, self.instead = url, instead
        cure = f"write {instead}" if instead else f"use one of {known}"
        self._say(f"{url} names no asynchronous driver", cure)


class MissingDriver(EngineMisuse, ImportError):
    """A URL names a driver whose package is not installed.

    Attributes: `url` (password hidden), `package`, the distribution to install, and `extra`, the
    extra of taskbound that brings it.
    """

    code = "TB402"

    url: str
    package: str
    extra: str

    def __init__(self, *, url: str, package: str, extra: str) -> None:
        self.url, self.package, self.extra = url, package, extra
        self._say(f"{url} needs the package {package}", f"pip install 'taskbound[{extra}]'")


class ForeignLoop(EngineMisuse, RuntimeError):
    """An engine is used from a second event loop while the first one still runs.

    A loop that has been closed is no foreign loop: its connections are dropped and new ones opened.
    """

    code = "TB403"

    url: str
    place: Place | None

    def __init__(self, *, url: str, place: Place | None) -> None:
        self.url, self.place = url, place
        self._say(
            f"the engine for {url} belongs to another event loop that is still open, "
            f"and was used from a second one{_at(place)}",
            "make one Database for each event loop, or dispose() the first in its own loop",
        )


class DatabaseUnavailable(Failure):
    """The database did not answer a health check.

    Attributes: `url` (password hidden), `reason` (what the driver said), and `seconds`, how long the
    check lasted.
    """

    code = "TB404"

    url: str
    reason: str
    seconds: float

    def __init__(self, *, url: str, reason: str, seconds: float) -> None:
        self.url, self.reason, self.seconds = url, reason, seconds
        cure = (
            "check that the folder exists and can be written"
            if url.startswith("sqlite")
            else "check that the server runs and is reachable"
        )
        self._say(f"{url} does not answer: {reason}", cure)


class ProjectionMisuse(Misuse):
    """A DTO cannot be read from a model. Raised before anything is sent.

    Attributes: `others`, what else is wrong with the DTO, in the order of its fields. The lines of the
    message after the first one tell it.
    """

    others: tuple[ProjectionMisuse, ...] = ()

    def __str__(self) -> str:
        told = super().__str__()
        if not self.others:
            return told
        return "\n  ".join([f"{told}\nand {len(self.others)} more:", *map(str, self.others)])


class NoShape(ProjectionMisuse, TypeError):
    """A type is none of the DTOs that can be read.

    Attributes: `dto`, the type's name, and `reason`.
    """

    code = "TB501"

    dto: str
    reason: str

    def __init__(self, *, dto: str, reason: str = "is no DTO") -> None:
        self.dto, self.reason = dto, reason
        self._say(
            f"{dto} {reason}",
            "use a Pydantic model, msgspec Struct, dataclass, attrs class, TypedDict or NamedTuple",
        )


class RecursiveShape(ProjectionMisuse, TypeError):
    """A DTO holds itself, so that it would never end.

    Attributes: `dto`, the type's name, `path`, the names of the types that lead from it back to it, and
    `field`, the field of the last of these that holds it.
    """

    code = "TB502"

    dto: str
    path: tuple[str, ...]
    field: str

    def __init__(self, *, dto: str, path: tuple[str, ...], field: str) -> None:
        self.dto, self.path, self.field = dto, path, field
        self._say(
            f"{dto} holds itself: {' > '.join((*path, dto))}",
            f"annotate {path[-1]}.{field} with Depth(<levels>) or Tree(), or with a type that does "
            "not go on",
        )


class UnknownField(ProjectionMisuse):
    """A DTO has a field that the model does not have.

    Attributes: `dto`, `field`, `model`, the missing `name`, `nearest`, the name that comes closest,
    `path`, what to read the field from then (both None where no name comes close), `marker`, the marker that
    has the path or would have it, and `subclass`, a class that inherits from the model and has the name
    (None where there is none).
    """

    code = "TB503"

    dto: str
    field: str
    model: str
    name: str
    nearest: str | None
    path: str | None
    marker: str
    subclass: str | None

    def __init__(
        self,
        *,
        dto: str,
        field: str,
        model: str,
        name: str,
        nearest: str | None,
        path: str | None,
        marker: str = "From",
        subclass: str | None = None,
    ) -> None:
        self.dto, self.field, self.model = dto, field, model
        self.name, self.nearest, self.path, self.marker = name, nearest, path, marker
        self.subclass = subclass
        rename = "rename the field, or annotate it" if field == name else "annotate it"
        if subclass:
            cure = f"{subclass} has it: read from {subclass}, or have a union of DTOs, one for each class"
        elif nearest:
            cure = f'did you mean {nearest}? Then {rename} with {marker}("{path}")'
        elif marker == "From":
            cure = 'name a path with From("relation.column"), or give the field a default'
        else:
            cure = f"name what there is in {marker}"
        self._say(f"{dto}.{field} asks for {model}.{name}, which does not exist", cure)


class MisplacedRelation(ProjectionMisuse):
    """A field asks for a relation as if it were a column, or for a column as if it were a relation.

    Attributes: `dto`, `field`, `model`, `name`, `reason` and `cure`.
    """

    code = "TB504"

    dto: str
    field: str
    model: str
    name: str
    reason: str
    cure: str

    def __init__(
        self, *, dto: str, field: str, model: str, name: str, reason: str, cure: str
    ) -> None:
        self.dto, self.field, self.model, self.name = dto, field, model, name
        self.reason, self.cure = reason, cure
        self._say(f"{dto}.{field} asks for {model}.{name}, which is {reason}", cure)


class NullableField(ProjectionMisuse):
    """A field refuses None, and what it is read from may be absent.

    Attributes: `dto`, `field`, `source`, the model's attribute, `reason` and `cure`.
    """

    code = "TB505"

    dto: str
    field: str
    source: str
    reason: str
    cure: str

    def __init__(self, *, dto: str, field: str, source: str, reason: str, cure: str) -> None:
        self.dto, self.field, self.source = dto, field, source
        self.reason, self.cure = reason, cure
        self._say(f"{dto}.{field} refuses None, but {source} {reason}", cure)


class UnfitType(ProjectionMisuse):
    """A field's type cannot hold what the column holds.

    Attributes: `dto`, `field`, `wanted`, the field's type, `source`, the model's attribute, and `held`,
    the type of its values.
    """

    code = "TB506"

    dto: str
    field: str
    wanted: str
    source: str
    held: str

    def __init__(self, *, dto: str, field: str, wanted: str, source: str, held: str) -> None:
        self.dto, self.field, self.wanted = dto, field, wanted
        self.source, self.held = source, held
        self._say(
            f"{dto}.{field} is {wanted}, but {source} holds {held}", f"annotate {field} with {held}"
        )


class UnfitStatement(ProjectionMisuse):
    """A statement that a DTO cannot be read from.

    Attributes: `dto`, `reason` and `cure`.
    """

    code = "TB507"

    dto: str
    reason: str
    cure: str

    def __init__(self, *, dto: str, reason: str, cure: str) -> None:
        self.dto, self.reason, self.cure = dto, reason, cure
        self._say(f"{dto} is to be read from a statement {reason}", cure)


class UnfitParameters(ProjectionMisuse, ValueError):
    """Parameters that a projection does not take, or not with such values.

    Attributes: `dto`, `reason` and `cure`. Values are not shown.
    """

    code = "TB513"

    dto: str
    reason: str
    cure: str

    def __init__(self, *, dto: str, reason: str, cure: str) -> None:
        self.dto, self.reason, self.cure = dto, reason, cure
        self._say(f"The projection of {dto} {reason}", cure)


class NotFound(Failure, NoResultFound):
    """There is no row where `one()` or `get_one()` needs one.

    Attributes: `dto`, `model` and `identity`, the primary key that was asked for, or None.
    """

    code = "TB511"

    dto: str
    model: str
    identity: tuple[Any, ...] | None

    def __init__(self, *, dto: str, model: str, identity: tuple[Any, ...] | None = None) -> None:
        self.dto, self.model, self.identity = dto, model, identity
        key = "" if identity is None else f" with the key {', '.join(map(repr, identity))}"
        self._say(
            f"There is no {model}{key} for {dto}",
            "call one_or_none(), first() or get() where there may be none",
        )


class MultipleFound(Failure, MultipleResultsFound):
    """There are several rows where `one()` or `one_or_none()` needs at most one.

    Attributes: `dto` and `model`.
    """

    code = "TB512"

    dto: str
    model: str

    def __init__(self, *, dto: str, model: str) -> None:
        self.dto, self.model = dto, model
        self._say(
            f"There are several {model} for {dto}",
            "narrow the statement, or call first() or all()",
        )


class CyclicTree(Failure):
    """A row of a tree is among its own descendants, so that the tree has no end.

    Attributes: `relation`, from parent to children, and `key`, the row's primary key.
    """

    code = "TB515"

    relation: str
    key: Any

    def __init__(self, *, relation: str, key: Any) -> None:
        self.relation, self.key = relation, key
        self._say(
            f"The row {key!r} is among its own descendants by {relation}",
            "correct the data, or read so many levels with Depth(...)",
        )


class UnreadableField(ProjectionMisuse, TypeError):
    """A field's annotation, or what it asks for, is of a kind that cannot be read.

    Attributes: `dto`, `field`, `reason` and `cure`.
    """

    code = "TB508"

    dto: str
    field: str
    reason: str
    cure: str

    def __init__(self, *, dto: str, field: str, reason: str, cure: str) -> None:
        self.dto, self.field, self.reason, self.cure = dto, field, reason, cure
        self._say(f"{dto}.{field} {reason}", cure)


class UnfitCursor(Failure, ValueError):
    """A cursor that cannot be used, handed over as `after` or `before`.

    Raised before anything is sent. A client has sent it: answer 400, or begin at the first page.

    Attributes: `reason` and `cure`.
    """

    code = "TB509"

    reason: str
    cure: str

    def __init__(self, *, reason: str, cure: str) -> None:
        self.reason, self.cure = reason, cure
        self._say(f"the cursor {reason}", f"begin without a cursor, or {cure}")


class UnfitPage(ProjectionMisuse, ValueError):
    """A page is asked for that cannot be read: its size, its total, or the ordering of the statement.

    Attributes: `reason` and `cure`.
    """

    code = "TB510"

    reason: str
    cure: str

    def __init__(self, *, reason: str, cure: str) -> None:
        self.reason, self.cure = reason, cure
        self._say(reason, cure)


class UnfitChoice(ProjectionMisuse):
    """A union of DTOs does not go with the classes of an inheritance.

    Attributes: `dto`, the union, `model`, the base class, `reason` and `cure`.
    """

    code = "TB514"

    dto: str
    model: str
    reason: str
    cure: str

    def __init__(self, *, dto: str, model: str, reason: str, cure: str) -> None:
        self.dto, self.model, self.reason, self.cure = dto, model, reason, cure
        self._say(f"{dto} cannot be read from {model}: {reason}", cure)


def _at(place: Place | None) -> str:
    if place is None:
        return ""
    return f" by {place}" if place.package else f" at {place}"
