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
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

import taskbound
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
from taskbound import Failure
from taskbound.web import problem_of

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


def _of_the_database(request: Request, error: Exception) -> JSONResponse:
    """Answer for what no rule foresaw, perhaps a constraint that is checked at the commit."""
    found = problem_of(error)
    if found is None:
        raise error
    level = logging.ERROR if found.status == HTTPStatus.SERVICE_UNAVAILABLE else logging.WARNING
    log.log(level, "%s at %s", found.kind, request.url.path, exc_info=error)
    faults = [
        Fault(where=f"body/{each.field.replace('.', '/')}", what=each.detail)
        for each in found.errors
    ]
    return _document(
        request,
        found.status,
        kind=found.kind,
        title=found.title,
        detail=found.detail,
        errors=faults or None,
        headers=dict(found.headers),
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
    Failure: _of_the_database,
    DBAPIError: _of_the_database,
    PoolTimeout: _of_the_database,
    OSError: _of_the_database,
    taskbound.NotFound: _missing,
    ExceptionGroup: _first_of_many,
    Exception: _unexpected,
}
