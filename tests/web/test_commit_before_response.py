"""What a request has written is committed before its response begins (FM-05)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import BackgroundTasks, Depends, FastAPI
from fastapi.responses import StreamingResponse
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.responses import Response

from taskbound import Database, Finding, TaskSession, subscribe
from taskbound.guard.report import forget
from taskbound.web import CommitBeforeResponse
from tests.here import there
from tests.library import Author, Base
from tests.shop.serving import serving

CURE = (
    "commit before you answer: async with db.begin() in the handler, or "
    'Depends(get_session, scope="function") (TB305, docs/errors/TB305.md)'
)
COUNT = select(func.count()).select_from(Author)


@pytest.fixture
async def library(tmp_path: Path) -> AsyncIterator[Database]:
    """A database without rows."""
    async with Database(f"sqlite+aiosqlite:///{tmp_path}/library.db") as database:
        await database.create_all(Base.metadata)
        yield database


@pytest.fixture
def findings() -> Any:
    """What the guard has seen, in order."""
    forget()
    seen: list[Finding] = []
    stop = subscribe(seen.append, Finding)
    yield seen
    stop()


@pytest.fixture
def app(library: Database) -> FastAPI:
    """An application with the middleware and without routes."""
    application = FastAPI()
    application.add_middleware(CommitBeforeResponse)
    return application


async def ask(app: FastAPI) -> tuple[int, str]:
    """The status and the text that a client of the served application gets for `/`."""
    async with serving(app) as address, httpx.AsyncClient(trust_env=False) as client:
        response = await client.get(address)
    return response.status_code, response.text


def behind_the_yield(sessions: Any, scope: Any = "request") -> Any:
    """A dependency that commits behind its `yield`."""

    async def get_session() -> AsyncIterator[AsyncSession]:
        async with sessions() as session:
            yield session
            await session.commit()  # commits

    return Depends(get_session, scope=scope)


async def test_on_plain_sqlalchemy_a_failing_commit_is_acknowledged(library: Database) -> None:
    app, engine = FastAPI(), create_async_engine(library.engine.url)
    get = behind_the_yield(async_sessionmaker(engine))

    @app.get("/")
    async def add(session: AsyncSession = get) -> str:
        session.add(Author(id=1))  # refused by NOT NULL
        return "stored"

    answer = await ask(app)
    await engine.dispose()
    async with library.session() as session:
        stored = await session.scalar(COUNT)

    assert (answer, stored) == ((200, '"stored"'), 0)


async def test_a_commit_behind_the_response_is_reported_with_its_line(
    app: FastAPI, library: Database, findings: list[Finding]
) -> None:
    get = behind_the_yield(library.session)

    @app.get("/")
    async def add(session: AsyncSession = get) -> str:
        session.add(Author(id=1, name="Ada"))
        await session.flush()  # begins
        return "stored"

    answer = await ask(app)

    assert answer == (200, '"stored"')
    assert [str(finding.error) for finding in findings] == [
        f"the transaction that began at {there('begins', 'add')} was to be committed at "
        f"{there('commits', 'get_session')} after the response had begun; {CURE}"
    ]


async def test_what_was_only_added_is_seen_as_well(
    app: FastAPI, library: Database, findings: list[Finding]
) -> None:
    async def get_session() -> AsyncIterator[TaskSession]:
        async with library.begin() as session:  # block
            yield session

    get: Any = Depends(get_session)

    @app.get("/")
    async def add(session: TaskSession = get) -> None:
        session.add(Author(id=1, name="Ada"))

    await ask(app)

    assert [str(finding.error) for finding in findings] == [
        f"what a request has added was to be committed at {there('block', 'get_session')} "
        f"after the response had begun; {CURE}"
    ]


async def test_where_it_raises_the_client_gets_no_acknowledgement(
    app: FastAPI, library: Database
) -> None:
    strict = Database(library.engine.url, guard={"TB305": "raise"})
    get = behind_the_yield(strict.session)

    @app.get("/")
    async def add(session: AsyncSession = get) -> str:
        session.add(Author(id=1, name="Ada"))
        return "stored"

    async with strict:
        status, _ = await ask(app)
        async with strict.session() as session:
            stored = await session.scalar(COUNT)

    assert (status, stored) == (500, 0)


async def test_below_a_middleware_with_a_task_of_its_own_it_is_seen_as_well(
    app: FastAPI, library: Database, findings: list[Finding]
) -> None:
    async def pass_on(request: Any, call_next: Any) -> Response:
        response: Response = await call_next(request)
        return response

    app.user_middleware.append(_middleware(BaseHTTPMiddleware, dispatch=pass_on))
    get = behind_the_yield(library.session)

    @app.get("/")
    async def add(session: AsyncSession = get) -> None:
        session.add(Author(id=1, name="Ada"))

    await ask(app)

    assert [finding.code for finding in findings] == ["TB305"]


async def test_a_commit_before_the_response_is_silent(
    app: FastAPI, library: Database, findings: list[Finding]
) -> None:
    get = behind_the_yield(library.session, scope="function")

    @app.get("/")
    async def add(session: AsyncSession = get) -> None:
        session.add(Author(id=1, name="Ada"))
        async with library.begin() as own:
            own.add(Author(id=2, name="Grace"))

    await ask(app)

    assert findings == []


async def test_reads_are_silent_and_so_is_a_streamed_body(
    app: FastAPI, library: Database, findings: list[Finding]
) -> None:
    get = behind_the_yield(library.session)

    @app.get("/")
    async def read(session: AsyncSession = get) -> StreamingResponse:
        async def body() -> AsyncIterator[str]:
            yield str(await session.scalar(COUNT))

        return StreamingResponse(body())

    assert await ask(app) == (200, "0")
    assert findings == []


async def test_background_work_with_a_session_of_its_own_is_silent(
    app: FastAPI, library: Database, findings: list[Finding]
) -> None:
    answered, stored = asyncio.Event(), asyncio.Event()

    async def write(number: int) -> None:
        async with library.begin() as session:
            session.add(Author(id=number, name="Ada"))

    async def write_meanwhile() -> None:
        async with library.begin() as session:
            session.add(Author(id=2, name="Grace"))
            await answered.wait()
        stored.set()

    @app.get("/")
    async def later(background: BackgroundTasks) -> None:
        background.add_task(write, 1)
        tasks.append(asyncio.create_task(write_meanwhile()))
        await asyncio.sleep(0)

    tasks: list[asyncio.Task[None]] = []
    await ask(app)
    answered.set()
    await stored.wait()

    assert [finding for finding in findings if finding.code == "TB305"] == []


async def test_what_is_no_request_is_passed_on() -> None:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["type"])

    seen: list[str] = []
    await CommitBeforeResponse(application)({"type": "lifespan"}, _never, _never)

    assert seen == ["lifespan"]


async def _never(*_: object) -> Any:
    raise AssertionError


def _middleware(cls: Any, **options: Any) -> Any:
    from starlette.middleware import Middleware

    return Middleware(cls, **options)
