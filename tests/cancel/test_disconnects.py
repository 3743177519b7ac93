"""A client goes away while its answer is made: what that has begun ends with it (FM-11)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Annotated

import httpx
import pytest
from fastapi import Depends, FastAPI, Request
from fastapi.responses import StreamingResponse

from taskbound import Database, TaskSession
from tests.cancel.server import nothing_left, server_shows
from tests.cancel.serving import serving_by_hypercorn
from tests.chaos.storm_work import Work
from tests.shop.serving import serving

Serving = Callable[[FastAPI], AbstractAsyncContextManager[str]]


@pytest.fixture(
    params=[
        pytest.param(serving, id="uvicorn"),
        pytest.param(serving_by_hypercorn, id="hypercorn"),
    ]
)
def served(request: pytest.FixtureRequest) -> Serving:
    """What serves an application on a free port."""
    serve: Serving = request.param
    return serve


async def opened(request: Request) -> AsyncIterator[TaskSession]:
    """A session for as long as the request lasts."""
    async with request.app.state.database.session() as session:
        yield session


Opened = Annotated[TaskSession, Depends(opened)]


async def leave_while_it_answers(app: FastAPI, served: Serving, url: str) -> None:
    """Read the beginning of an answer, and close the connection while a statement runs for the rest."""
    async with served(app) as address, httpx.AsyncClient(trust_env=False) as client:
        async with client.stream("GET", address) as response:
            # Kept, since the end of the iteration is the end of the connection.
            read = response.aiter_text()
            assert await anext(read) == "begun"
            if not url.startswith("sqlite"):
                await server_shows(url, lambda found: found.running == 1)
        if not url.startswith("sqlite"):
            await server_shows(url, lambda found: found.running == 0)


async def test_a_body_with_a_session_of_its_own(
    work: Work, database: Database, database_url: str, served: Serving
) -> None:
    app = FastAPI()

    @app.get("/")
    async def answer() -> StreamingResponse:
        async def body() -> AsyncIterator[str]:
            async with database.begin() as session:
                yield "begun"
                await work._halves(session, 1, 60.0)

        return StreamingResponse(body())

    await leave_while_it_answers(app, served, database_url)

    await nothing_left(database, database_url)


async def test_a_body_with_the_session_of_its_request(
    work: Work, database: Database, database_url: str, served: Serving
) -> None:
    app = FastAPI()
    app.state.database = database

    @app.get("/")
    async def answer(session: Opened) -> StreamingResponse:
        async def body() -> AsyncIterator[str]:
            yield "begun"
            await work._ask(session, 1, 60.0)

        return StreamingResponse(body())

    await leave_while_it_answers(app, served, database_url)

    await nothing_left(database, database_url)
