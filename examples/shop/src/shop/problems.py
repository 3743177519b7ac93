"""Errors as problem documents (RFC 9457)."""

from __future__ import annotations

import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from shop.errors import (
    CollectionMissing,
    Conflict,
    CustomerMissing,
    NotFound,
    OrderMissing,
    ProductMissing,
    ShopError,
    StaffMissing,
    Unprocessable,
)
from taskbound import errors as taskbound

MEDIA_TYPE = "application/problem+json"

log = logging.getLogger("shop")


class Fault(BaseModel):
    """One part of a request that does not fit: where it is, and what is wrong with it."""

    where: str
    what: str


class Problem(BaseModel):
    """What went wrong, for people (`title`, `detail`) and for programs (`type`, `status`)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "/problems/out-of-stock",
                    "title": "Not enough in stock",
                    "status": 409,
                    "detail": "Product 3: 2 ordered, 1 in stock.",
                    "instance": "/orders",
                }
            ]
        }
    )

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[Fault] | None = None


def add_problem_handlers(app: FastAPI) -> None:
    """Make `app` answer every error with a problem document."""
    for error, handler in _HANDLERS.items():
        app.add_exception_handler(error, handler)


def _refused(request: Request, error: Exception) -> JSONResponse:
    refusal = cast("ShopError", error)
    return _document(
        request,
        status_of(type(refusal)),
        kind=refusal.kind,
        title=refusal.title,
        detail=str(refusal),
    )


def _missing(request: Request, error: Exception) -> JSONResponse:
    """Answer for a row that `get_one()` did not find as the rules would."""
    missing = cast("taskbound.NotFound", error)
    if missing.identity is None:
        raise error
    return _refused(request, _MISSING[missing.model](*missing.identity))


_MISSING: dict[str, Callable[[int], ShopError]] = {
    "Collection": CollectionMissing,
    "Customer": CustomerMissing,
    "Order": OrderMissing,
    "Product": ProductMissing,
    "Staff": StaffMissing,
}


def status_of(refusal: type[ShopError]) -> int:
    """The HTTP status that a rule's refusal is answered with."""
    return next(status for branch, status in _STATUSES.items() if issubclass(refusal, branch))


_STATUSES: dict[type[ShopError], int] = {NotFound: 404, Conflict: 409, Unprocessable: 422}


def _invalid(request: Request, error: Exception) -> JSONResponse:
    faults = [
        Fault(where="/".join(str(step) for step in fault["loc"]), what=fault["msg"])
        for fault in cast("RequestValidationError", error).errors()
    ]
    return _document(
        request,
        422,
        kind="invalid-request",
        title="Invalid request",
        detail="; ".join(f"{fault.where}: {fault.what}" for fault in faults),
        errors=faults,
    )


def _http(request: Request, error: Exception) -> JSONResponse:
    http = cast("HTTPException", error)
    return _document(
        request,
        http.status_code,
        kind=None,
        title=HTTPStatus(http.status_code).phrase,
        detail=http.detail,
        headers=dict(http.headers or {}),
    )


def _conflict(request: Request, error: Exception) -> JSONResponse:
    # A constraint that no rule foresaw, perhaps one that is checked at the commit.
    log.warning("constraint violated at %s", request.url.path, exc_info=error)
    return _document(
        request,
        409,
        kind="conflict",
        title="Conflict",
        detail="The database refused the change. Nothing was saved.",
    )


def _unfit(request: Request, error: Exception) -> JSONResponse:
    # A value that no schema foresaw; the constraint's name says nothing to a stranger.
    log.warning("value refused at %s", request.url.path, exc_info=error)
    return _document(
        request,
        422,
        kind="unfit-value",
        title="Unfit value",
        detail="The database refused a value. Nothing was saved.",
    )


def _unavailable(request: Request, error: Exception) -> JSONResponse:
    log.error("database unavailable at %s", request.url.path, exc_info=error)
    return _document(
        request,
        503,
        kind="unavailable",
        title="Service unavailable",
        detail="The database does not answer or is busy. Try again later.",
        headers={"Retry-After": "1"},
    )


def _unknown(request: Request, error: Exception) -> JSONResponse:
    log.error("the outcome of a commit is unknown at %s", request.url.path, exc_info=error)
    return _document(
        request,
        503,
        kind="outcome-unknown",
        title="Outcome unknown",
        detail="The answer of the database was lost. It may have been saved: look before you repeat it.",
    )


def _first_of_many(request: Request, error: Exception) -> JSONResponse:
    """Answer for a task group as its first failed task alone would be answered."""
    first: Exception = cast("ExceptionGroup[Exception]", error).exceptions[0]
    for kind in type(first).__mro__[:-2]:
        if handler := _HANDLERS.get(kind):
            return handler(request, first)
    # No problem that anybody foresaw.
    raise error


def _unexpected(request: Request, error: Exception) -> JSONResponse:
    del error  # The server logs it; a stranger learns nothing from it.
    return _document(
        request,
        500,
        kind="internal-error",
        title="Internal error",
        detail="Something went wrong here. It has been written down.",
    )


def _document(
    request: Request,
    status: int,
    *,
    kind: str | None,
    title: str,
    detail: str,
    errors: list[Fault] | None = None,
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    problem = Problem(
        type=f"/problems/{kind}" if kind else "about:blank",
        title=title,
        status=status,
        detail=detail,
        instance=request.url.path,
        errors=errors,
    )
    content = problem.model_dump(exclude_none=True)
    return JSONResponse(content, status, headers=headers, media_type=MEDIA_TYPE)


_HANDLERS: dict[type[Exception], Callable[[Request, Exception], JSONResponse]] = {
    ShopError: _refused,
    RequestValidationError: _invalid,
    HTTPException: _http,
    IntegrityError: _conflict,
    taskbound.CheckViolation: _unfit,
    taskbound.NotNullViolation: _unfit,
    OperationalError: _unavailable,
    InterfaceError: _unavailable,
    PoolTimeout: _unavailable,
    ConnectionError: _unavailable,
    taskbound.CommitOutcomeUnknown: _unknown,
    taskbound.DatabaseUnavailable: _unavailable,
    taskbound.DatabaseClosing: _unavailable,
    taskbound.NotFound: _missing,
    ExceptionGroup: _first_of_many,
    Exception: _unexpected,
}
