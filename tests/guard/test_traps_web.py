"""Requests that run in several tasks and threads, under a real server: each of these stays silent."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Annotated

import anyio.from_thread
import httpx
import pytest
from fastapi import BackgroundTasks, Depends, FastAPI, HTTPException, Request, Response
from fastapi.responses import StreamingResponse
from sqlalchemy import func, select
from starlette.middleware.base import BaseHTTPMiddleware

from taskbound import Database, TaskSession
from tests.library import Author, Book
from tests.shop.serving import serving

COUNT = select(func.count()).select_from(Author)
TITLES = select(Book.title).order_by(Book.id)


@pytest.fixture
def app(library: Database) -> FastAPI:
    """An application without routes, whose state holds the library."""
    application = FastAPI()
    application.state.library = library
    return application


async def committed(request: Request) -> AsyncIterator[TaskSession]:
    """A session for the request, committed behind the response."""
    async with request.app.state.library.session() as session:
        yield session
        await session.commit()


async def in_block(request: Request) -> AsyncIterator[TaskSession]:
    """A session in one transaction."""
    async with request.app.state.library.begin() as session:
        yield session


Committed = Annotated[TaskSession, Depends(committed, scope="request")]
InBlock = Annotated[TaskSession, Depends(in_block)]


def adding(session: InBlock) -> TaskSession:
    """The session of the block, with an author that a worker thread has added."""
    session.add(Author(id=2, name="Grace"))
    return session


async def writing(session: Committed) -> TaskSession:
    """The session of the request, with an author that is flushed."""
    session.add(Author(id=2, name="Grace"))
    await session.flush()
    return session


async def ask(app: FastAPI) -> str:
    """What a client of the served application reads at `/`."""
    async with serving(app) as address, httpx.AsyncClient(trust_env=False) as client:
        response = await client.get(address)
    assert response.status_code == 200
    return response.text


async def authors(app: FastAPI) -> int | None:
    """How many authors are stored when the request is over and nothing is checked out."""
    library: Database = app.state.library
    assert library.statistics().checked_out == 0
    async with library.session() as session:
        return await session.scalar(COUNT)


async def test_a_streamed_body_reads_in_a_task_of_its_own(app: FastAPI) -> None:
    @app.get("/")
    async def books(session: Committed) -> StreamingResponse:
        async def body() -> AsyncIterator[str]:
            async for title in await session.stream_scalars(TITLES):
                yield title

        await session.scalar(COUNT)
        return StreamingResponse(body())

    assert await ask(app) == "NotesMore"


async def test_a_streamed_body_reads_beside_flushed_work(app: FastAPI) -> None:
    @app.get("/")
    async def books(session: Committed) -> StreamingResponse:
        async def body() -> AsyncIterator[str]:
            for title in await session.scalars(TITLES):
                yield title

        session.add(Author(id=2, name="Grace"))
        await session.flush()
        return StreamingResponse(body())

    assert await ask(app) == "NotesMore"
    assert await authors(app) == 2


async def test_a_background_task_writes_before_the_dependency_commits(app: FastAPI) -> None:
    @app.get("/")
    async def later(session: Committed, background: BackgroundTasks) -> None:
        async def write() -> None:
            session.add(Author(id=2, name="Grace"))
            await session.flush()

        background.add_task(write)

    assert await ask(app) == "null"
    assert await authors(app) == 2


def use_session_of_request(app: FastAPI) -> None:
    """Open a session for each request in a middleware whose handler runs in a child task."""

    @app.middleware("http")
    async def block(
        request: Request, call_next: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        async with app.state.library.begin() as request.state.session:
            return await call_next(request)


async def test_a_middlewares_block_commits_what_the_handler_flushed(app: FastAPI) -> None:
    use_session_of_request(app)

    @app.get("/")
    async def write(request: Request) -> int:
        session: TaskSession = request.state.session
        session.add(Author(id=2, name="Grace"))
        await session.flush()
        return await session.scalar(COUNT) or 0

    assert await ask(app) == "2"
    assert await authors(app) == 2


async def test_a_middlewares_block_commits_what_the_handler_only_added(app: FastAPI) -> None:
    use_session_of_request(app)

    @app.get("/")
    async def write(request: Request) -> None:
        request.state.session.add(Author(id=2, name="Grace"))

    assert await ask(app) == "null"
    assert await authors(app) == 2


async def test_a_middleware_commits_by_hand_what_the_handler_flushed(app: FastAPI) -> None:
    @app.middleware("http")
    async def commit(
        request: Request, call_next: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        async with app.state.library.session() as request.state.session:
            response = await call_next(request)
            await request.state.session.commit()
            return response

    @app.get("/")
    async def write(request: Request) -> int:
        session: TaskSession = request.state.session
        session.add(Author(id=2, name="Grace"))
        await session.flush()
        return await session.scalar(COUNT) or 0

    assert await ask(app) == "2"
    assert await authors(app) == 2


async def test_a_handler_reads_beside_what_its_middleware_has_written(app: FastAPI) -> None:
    @app.middleware("http")
    async def audit(
        request: Request, call_next: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        async with app.state.library.session() as session:
            session.add(Author(id=2, name="audited"))
            await session.flush()
            request.state.session = session
            response = await call_next(request)
            await session.commit()
            return response

    @app.get("/")
    async def count(request: Request) -> int:
        return await request.state.session.scalar(COUNT) or 0

    assert await ask(app) == "2"
    assert await authors(app) == 2


async def test_a_block_of_a_dependency_behind_two_middlewares(app: FastAPI) -> None:
    class Passing(BaseHTTPMiddleware):
        async def dispatch(
            self, request: Request, call_next: Callable[[Request], Awaitable[Response]]
        ) -> Response:
            return await call_next(request)

    app.add_middleware(Passing)
    app.add_middleware(Passing)

    @app.get("/")
    async def write(session: InBlock) -> None:
        session.add(Author(id=2, name="Grace"))
        await session.flush()

    assert await ask(app) == "null"
    assert await authors(app) == 2


async def test_synchronous_dependencies_and_handlers_add_in_a_thread(app: FastAPI) -> None:
    @app.get("/")
    def count(session: Annotated[TaskSession, Depends(adding)]) -> int:
        session.add(Author(id=3, name="Edith"))
        anyio.from_thread.run(session.flush)
        return anyio.from_thread.run(session.scalar, COUNT) or 0

    assert await ask(app) == "3"
    assert await authors(app) == 3


async def test_a_synchronous_handler_commits_what_a_dependency_has_flushed(app: FastAPI) -> None:
    @app.get("/")
    def commit(session: Annotated[TaskSession, Depends(writing)]) -> None:
        anyio.from_thread.run(session.commit)

    assert await ask(app) == "null"
    assert await authors(app) == 2


async def in_session(request: Request) -> AsyncIterator[TaskSession]:
    """A session that the handler commits."""
    async with request.app.state.library.session() as session:
        yield session


InSession = Annotated[TaskSession, Depends(in_session, scope="function")]


async def status(app: FastAPI) -> int:
    """The status of the answer at `/`."""
    async with serving(app) as address, httpx.AsyncClient(trust_env=False) as client:
        return (await client.get(address)).status_code


async def test_an_error_of_the_handler_may_leave_work_behind(app: FastAPI) -> None:
    @app.get("/")
    async def refuse(session: InSession) -> None:
        session.add(Author(id=2, name="Grace"))
        await session.flush()
        raise HTTPException(status_code=409)

    assert await status(app) == 409
    assert await authors(app) == 1


async def test_a_handler_that_forgets_its_commit_is_told_before_the_client_is(
    app: FastAPI,
) -> None:
    @app.get("/")
    async def forget(session: InSession) -> None:
        session.add(Author(id=2, name="Grace"))
        await session.flush()

    assert await status(app) == 500
    assert await authors(app) == 1
