"""What a client is told of an error."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from taskbound import (
    CheckViolation,
    CommitOutcomeUnknown,
    DatabaseClosing,
    DatabaseUnavailable,
    DeadlineExceeded,
    ExclusionViolation,
    ForeignKeyViolation,
    MultipleFound,
    NotFound,
    NotNullViolation,
    PoolExhausted,
    Refusal,
    RowRefused,
    SessionClosed,
    StaleVersion,
    UnfitCursor,
    UniqueViolation,
    ValueRefused,
)
from taskbound.errors.constraint import ConstraintViolation
from taskbound.web import FieldProblem, Problem, problem_of

SECRET = "hunter2@example.org"


def violation(cls: type[ConstraintViolation], *fields: str, change: Any = "insert") -> Refusal:
    refused = IntegrityError("INSERT", {"email": SECRET}, Exception(SECRET))
    error = cls(
        constraint="uq_secret",
        table="table_of_ours",
        schema=None,
        columns=("column_of_ours",),
        place=None,
        refused=refused,
    )
    error.change, error.fields = change, fields
    return error


def value(reason: Any, *fields: str) -> ValueRefused:
    refused = IntegrityError("INSERT", {"email": SECRET}, Exception(SECRET))
    error = ValueRefused(
        reason=reason, table="t", schema=None, columns=("c",), place=None, refused=refused
    )
    error.change, error.fields = "insert", fields
    return error


UNAVAILABLE = [
    DeadlineExceeded(seconds=1, place=None),
    PoolExhausted(place=None, seconds=1, holders=()),
    DatabaseUnavailable(url="sqlite://", reason="gone", seconds=1),
    DatabaseClosing(url="sqlite://", grace=None, place=None),
    PoolTimeout("QueuePool limit"),
]


def told(error: BaseException, *, conditional: bool = False) -> Problem:
    problem = problem_of(error, conditional=conditional)
    assert problem is not None
    return problem


def row(refusal: Refusal | None, *fields: str) -> RowRefused:
    return RowRefused(
        row=3, model="Customer", table="t", column="c", refusal=refusal, fields=fields
    )


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (row(violation(UniqueViolation, "email")), 409, "has a value that is taken already"),
        (row(violation(ForeignKeyViolation, "email")), 422, "refers to what is not there"),
        (row(value("too_long", "email")), 422, "is too long"),
        (row(None, "email"), 422, "has a value of another type"),
    ],
)
def test_a_row_of_many_is_answered_as_what_has_refused_it(
    error: RowRefused, status: int, said: str
) -> None:
    problem = told(error)

    assert problem.status == status
    assert problem.detail.startswith("Row 3: ")
    assert problem.document()["errors"] == [{"row": 3, "field": "email", "detail": said}]
    assert SECRET not in str(problem)


@pytest.mark.parametrize("cls", [UniqueViolation, ExclusionViolation])
def test_what_is_there_already_is_a_conflict_with_its_field(cls: Any) -> None:
    problem = told(violation(cls, "email"))

    assert (problem.status, problem.kind) == (409, "conflict")
    assert problem.errors == (FieldProblem("email", "has a value that is taken already"),)


@pytest.mark.parametrize("cls", [NotNullViolation, CheckViolation, ForeignKeyViolation])
def test_a_value_that_cannot_be_is_unprocessable_with_its_field(cls: Any) -> None:
    problem = told(violation(cls, "lines.product_id"))

    assert (problem.status, problem.kind) == (422, "unfit-value")
    assert [each.field for each in problem.errors] == ["lines.product_id"]


@pytest.mark.parametrize("change", [None, "delete"])
def test_a_foreign_key_that_nobody_has_given_is_a_conflict(change: str | None) -> None:
    problem = told(violation(ForeignKeyViolation, change=change))

    assert (problem.status, problem.kind, problem.errors) == (409, "conflict", ())


@pytest.mark.parametrize(
    ("reason", "detail"),
    [
        ("too_long", "is too long"),
        ("out_of_range", "is out of range"),
        ("malformed", "has a value of another type"),
        ("unstorable", "has a character that cannot be saved"),
        ("unfit", "has a value that cannot be saved"),
    ],
)
def test_a_value_that_is_refused_is_unprocessable_and_says_why(reason: str, detail: str) -> None:
    problem = told(value(reason, "name"))

    assert (problem.status, problem.errors) == (422, (FieldProblem("name", detail),))


def test_a_row_that_is_not_there_is_not_found() -> None:
    one = NotFound(dto="OrderRead", model="Order", identity=(5,))
    first = NotFound(dto="OrderRead", model="Order")

    assert (told(one).status, told(one).detail) == (404, "There is no Order with this key.")
    assert (told(first).status, told(first).detail) == (404, "There is no Order.")


def test_a_stale_version_is_a_conflict_or_the_precondition_that_the_request_has_named() -> None:
    stale = StaleVersion(entities=(("Order", (5,)),), place=None)

    assert told(stale).status == 409
    assert told(stale, conditional=True).status == 412


@pytest.mark.parametrize("error", UNAVAILABLE, ids=lambda error: type(error).__name__)
def test_what_may_get_through_a_moment_later_says_when_to_try_again(error: Exception) -> None:
    problem = told(error)

    assert (problem.status, problem.kind) == (503, "unavailable")
    assert problem.headers == {"Retry-After": "1"}


class ServerError(Exception):
    pass


@pytest.mark.parametrize("number", [1213, 1205, 2013])
def test_so_does_a_deadlock_a_lock_and_a_lost_connection(number: int) -> None:
    error = OperationalError("UPDATE", {}, ServerError(number, "said"))

    assert told(error).status == 503


def test_a_commit_without_an_answer_does_not_say_to_try_again() -> None:
    problem = told(CommitOutcomeUnknown(reason="gone", place=None))

    assert (problem.status, problem.kind, problem.headers) == (503, "outcome-unknown", {})


def test_a_cursor_that_is_none_is_a_bad_request() -> None:
    assert told(UnfitCursor(reason="is none", cure="take one")).status == 400


@pytest.mark.parametrize(
    "error",
    [
        ValueError("of the program"),
        SessionClosed(operation="get", place=None, closed_place=None),
        MultipleFound(dto="OrderRead", model="Order"),
        OperationalError("SELECT", {}, ServerError(1146, "no such table")),
        ConnectionError("of another service"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_any_other_error_is_no_ones_business(error: Exception) -> None:
    assert problem_of(error) is None


def test_a_group_is_answered_as_its_first_error_where_each_has_an_answer() -> None:
    missing = NotFound(dto="OrderRead", model="Order")
    group = ExceptionGroup("tasks", [missing, UNAVAILABLE[0]])

    assert told(group).status == 404
    assert problem_of(ExceptionGroup("tasks", [missing, ValueError("of the program")])) is None


def test_a_document_is_of_about_blank_unless_it_is_told_where_the_types_are() -> None:
    problem = told(violation(UniqueViolation, "email"))

    assert problem.document(instance="/accounts") == {
        "type": "about:blank",
        "title": "Conflict",
        "status": 409,
        "detail": "The change does not go with what is there already. Nothing was saved.",
        "instance": "/accounts",
        "errors": [{"field": "email", "detail": "has a value that is taken already"}],
    }
    assert problem.document(types="/problems/")["type"] == "/problems/conflict"


@pytest.mark.parametrize(
    "error", [violation(UniqueViolation, "email"), value("too_long", "email")], ids=["key", "value"]
)
def test_a_document_holds_no_value_and_no_name_of_the_database(error: Refusal) -> None:
    shown = str(told(error).document())

    assert not [word for word in (SECRET, "uq_secret", "_of_ours", "INSERT") if word in shown]
