"""From an error to a problem document (RFC 9457), for any framework."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from taskbound.driver.failure import Kind
from taskbound.engine.pool import is_unreached
from taskbound.engine.verdicts import verdict_of
from taskbound.errors import (
    CheckViolation,
    CommitOutcomeUnknown,
    ConstraintViolation,
    DatabaseClosing,
    DatabaseUnavailable,
    DeadlineExceeded,
    ExclusionViolation,
    ForeignKeyViolation,
    NotFound,
    NotNullViolation,
    Refusal,
    RowRefused,
    StaleVersion,
    UnfitCursor,
    UniqueViolation,
    ValueRefused,
)

if TYPE_CHECKING:
    from collections.abc import Callable

MEDIA_TYPE = "application/problem+json"
# Seconds after which a client may ask again.
RETRY_AFTER = 1
# What another request may get through.
_PASSING = frozenset(Kind) - {Kind.READ_ONLY}


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with one field of a request."""

    field: str
    """As the client has sent it, by its alias: `email`, or `lines.productId` within a list."""
    detail: str
    row: int | None = None
    """Of many rows that were written together the number of the one, counted from 0; None of one row."""

    def member(self) -> dict[str, Any]:
        """What the problem document says of it."""
        found: dict[str, Any] = {"field": self.field, "detail": self.detail}
        return found if self.row is None else {"row": self.row, **found}


@dataclass(frozen=True, slots=True)
class Problem:
    """What a client is told of an error. It holds no value, no SQL and no name of the database."""

    kind: str
    """A short name for programs: "conflict", "unfit-value", "not-found", "stale-version", "unavailable",
    "outcome-unknown" or "unfit-cursor"."""
    status: int
    title: str
    detail: str
    errors: tuple[FieldProblem, ...] = ()
    """The fields that the client has to change, where they are known."""
    headers: Mapping[str, str] = field(default_factory=dict)

    def document(self, *, types: str | None = None, instance: str | None = None) -> dict[str, Any]:
        """The members of the problem document, ready for JSON.

        types: the address before each `kind`, such as "https://shop.example/problems/"; None makes `type`
            "about:blank", which means no more than the status does.
        instance: the address of this occurrence, for most applications the path of the request; None
            leaves it out.
        """
        members: dict[str, Any] = {
            "type": "about:blank" if types is None else f"{types}{self.kind}",
            # As RFC 9457 wants it of about:blank.
            "title": HTTPStatus(self.status).phrase if types is None else self.title,
            "status": self.status,
            "detail": self.detail,
        }
        if instance is not None:
            members["instance"] = instance
        if self.errors:
            members["errors"] = [each.member() for each in self.errors]
        return members


def problem_of(error: BaseException, *, conditional: bool = False) -> Problem | None:
    """What to answer for an error; None where that is no one's business but the server's, and a 500.

    | error | status | kind |
    |---|---|---|
    | `UniqueViolation`, `ExclusionViolation` | 409 | `conflict` |
    | `ForeignKeyViolation` of what `insert` or `update` was given | 422 | `unfit-value` |
    | any other `ForeignKeyViolation`, as of a delete | 409 | `conflict` |
    | `NotNullViolation`, `CheckViolation`, `ValueRefused` | 422 | `unfit-value` |
    | `RowRefused` | as what has refused the row, else 422 | `conflict` or `unfit-value` |
    | `NotFound` | 404 | `not-found` |
    | `StaleVersion` | 409, or 412 | `stale-version` |
    | `UnfitCursor` | 400 | `unfit-cursor` |
    | `DeadlineExceeded`, `PoolExhausted`, `DatabaseUnavailable`, `DatabaseClosing` | 503 | `unavailable` |
    | a driver's error for a lost connection, a deadlock, a lock not to be had | 503 | `unavailable` |
    | `CommitOutcomeUnknown` | 503 | `outcome-unknown` |

    An `ExceptionGroup`, as task groups raise it, is answered as its first error, where each one in it has an
    answer. A problem of the kind `unavailable` has `Retry-After`; one of `outcome-unknown` has none, since
    the request may have done its work.

    conditional: whether the request has named a version in its headers (If-Match). Then one that is no
        longer current is 412, as HTTP wants it; a version in the body makes it a 409.
    """
    if isinstance(error, ExceptionGroup):
        found = [problem_of(each, conditional=conditional) for each in error.exceptions]
        return None if None in found else found[0]
    if isinstance(error, StaleVersion):
        return _stale(conditional=conditional)
    for cls, answer in _ANSWERS.items():
        if isinstance(error, cls):
            return answer(error)
    return _UNAVAILABLE if _passes(error) else None


def _passes(error: BaseException) -> bool:
    """Whether the same request may get through a moment later."""
    if isinstance(error, DBAPIError):
        dialect = _dialect_of(error)
        return verdict_of(error, dialect).kind in _PASSING
    return isinstance(error, PoolTimeout) or is_unreached(error)


def _dialect_of(error: DBAPIError) -> str:
    """The family that an error of a driver is of: MySQL's carries a number, SQLite's a result code."""
    original: Any = error.orig
    if hasattr(original, "sqlite_errorcode"):
        return "sqlite"
    is_number = bool(original.args) and isinstance(original.args[0], int)
    return "mysql" if is_number else "postgresql"


def _conflict(error: Any) -> Problem:
    said = "has a value that is taken already"
    return Problem(
        "conflict",
        409,
        "Conflict",
        "The change does not go with what is there already. Nothing was saved.",
        _fields(error, said),
    )


def _reference(error: Any) -> Problem:
    if error.change in {None, "delete"}:
        return Problem(
            "conflict",
            409,
            "Conflict",
            "Other data refers to it, or it refers to what is not there. Nothing was saved.",
        )
    return _unfit(error, "refers to what is not there")


def _missing_value(error: Any) -> Problem:
    return _unfit(error, "must have a value")


def _unfit_value(error: Any) -> Problem:
    return _unfit(error, _REASONS[error.reason])


def _of_check(error: Any) -> Problem:
    return _unfit(error, "has a value that is not allowed")


def _row(error: RowRefused) -> Problem:
    """What is said of the one row, with its number."""
    if error.refusal is None:
        problem = _unfit(error, "has a value of another type")
    else:
        # It has the fields, too, where the row is an object.
        problem = _ANSWERS[_class_of(error.refusal)](error.refusal)
    errors = tuple(replace(each, row=error.row) for each in problem.errors)
    return replace(problem, detail=f"Row {error.row}: {problem.detail}", errors=errors)


def _class_of(error: Refusal) -> type[BaseException]:
    return next(cls for cls in _ANSWERS if isinstance(error, cls))


def _unfit(error: Refusal | RowRefused, said: str) -> Problem:
    return Problem(
        "unfit-value",
        422,
        "Unfit value",
        "A value cannot be saved. Nothing was saved.",
        _fields(error, said),
    )


def _fields(error: Refusal | RowRefused, said: str) -> tuple[FieldProblem, ...]:
    return tuple(FieldProblem(each, said) for each in error.sent_as or error.fields)


def _not_found(error: Any) -> Problem:
    key = " with this key" if error.identity is not None else ""
    return Problem("not-found", 404, "Not found", f"There is no {error.model}{key}.")


def _stale(*, conditional: bool) -> Problem:
    return Problem(
        "stale-version",
        412 if conditional else 409,
        "Changed meanwhile",
        "Somebody else has changed it since it was read. Nothing was saved: read it again.",
    )


_REASONS = {
    "too_long": "is too long",
    "out_of_range": "is out of range",
    "malformed": "has a value of another type",
    "unstorable": "has a character that cannot be saved",
    "unfit": "has a value that cannot be saved",
}
_UNAVAILABLE = Problem(
    "unavailable",
    503,
    "Service unavailable",
    "The database does not answer or is busy. Try again later.",
    headers={"Retry-After": str(RETRY_AFTER)},
)
_UNKNOWN = Problem(
    "outcome-unknown",
    503,
    "Outcome unknown",
    "The answer of the database was lost. It may have been saved: look before you repeat it.",
)
_CURSOR = Problem(
    "unfit-cursor", 400, "Unfit cursor", "The cursor is none of this list. Begin without one."
)
# The more special class comes first.
_ANSWERS: Mapping[type[BaseException], Callable[[Any], Problem]] = {
    UniqueViolation: _conflict,
    ExclusionViolation: _conflict,
    ForeignKeyViolation: _reference,
    NotNullViolation: _missing_value,
    CheckViolation: _of_check,
    ConstraintViolation: _conflict,
    ValueRefused: _unfit_value,
    RowRefused: _row,
    NotFound: _not_found,
    UnfitCursor: lambda _: _CURSOR,
    CommitOutcomeUnknown: lambda _: _UNKNOWN,
    DeadlineExceeded: lambda _: _UNAVAILABLE,
    DatabaseUnavailable: lambda _: _UNAVAILABLE,
    DatabaseClosing: lambda _: _UNAVAILABLE,
}
