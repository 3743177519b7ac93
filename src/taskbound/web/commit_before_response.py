"""The middleware that tells the guard when a response begins."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from taskbound.guard.acknowledged import Reply, reply

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]


class CommitBeforeResponse:
    """An ASGI middleware: what a request has written is committed before its response begins.

    ```python
    app.add_middleware(CommitBeforeResponse)       # FastAPI, Starlette
    app = CommitBeforeResponse(app)                # anything that speaks ASGI
    ```

    A commit that comes after the response has begun is reported (TB305), with the line that commits. With
    `guard={"TB305": "raise"}` the response does not begin: `CommitAfterResponse` is raised in its place,
    and the framework answers with its 500.

    app: the application, whose sessions are `TaskSession`s.
    """

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass a request on, and look when its response begins. Anything else is passed on alone."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = Reply()

        async def look(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer.begin()
            await send(message)

        token = reply.set(answer)
        try:
            await self._app(scope, receive, look)
        finally:
            reply.reset(token)
