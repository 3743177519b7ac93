"""Problem documents as the answers of Starlette and of what stands on it, such as FastAPI."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.responses import Response

from taskbound.errors import Failure
from taskbound.web.problems import MEDIA_TYPE, Problem, problem_of

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request

_log = logging.getLogger("taskbound.web")

# Whatever has a problem document is one of these. Looked up by class, the nearest first: a handler of the
# application's own for a subclass comes before.
_HANDLED: tuple[type[Exception], ...] = (
    Failure,
    DBAPIError,
    PoolTimeout,
    OSError,
    ExceptionGroup,
)


def add_problem_handlers(app: Starlette, *, types: str | None = None) -> None:
    """Have an application answer the errors of taskbound with problem documents (RFC 9457).

    ```python
    app = FastAPI()
    add_problem_handlers(app)
    ```

    What `problem_of()` has an answer for is answered with it, and logged: 5xx as errors, 409 and 422 as
    warnings, with their traceback. Anything else is raised again, and is a 500 as before. A handler of the
    application's own for one of the classes is asked first.

    types: the address before each `kind` in the document's `type`; None leaves it at "about:blank".
    """

    async def answer(request: Request, error: Exception) -> Response:
        problem = problem_of(error, conditional="if-match" in request.headers)
        # A websocket has no response.
        if problem is None or request.scope["type"] != "http":
            raise error
        _tell(request, error, problem)
        return problem_response(problem, request, types=types)

    for cls in _HANDLED:
        app.add_exception_handler(cls, answer)


def problem_response(problem: Problem, request: Request, *, types: str | None = None) -> Response:
    """The response that a problem is answered with, for handlers of your own.

    types: as for `add_problem_handlers`.
    """
    members = problem.document(types=types, instance=request.url.path)
    return Response(
        json.dumps(members, ensure_ascii=False, separators=(",", ":")),
        problem.status,
        dict(problem.headers),
        MEDIA_TYPE,
    )


def _tell(request: Request, error: Exception, problem: Problem) -> None:
    """Log what the client is not told."""
    if problem.status in {400, 404, 412}:
        return
    level = logging.ERROR if problem.status >= 500 else logging.WARNING  # noqa: PLR2004  # HTTP's own
    _log.log(level, "%s at %s", problem.kind, request.url.path, exc_info=error)
