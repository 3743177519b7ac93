"""Applications of Starlette and FastAPI answer the errors of taskbound with problem documents."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, WebSocket
from httpx import ASGITransport, AsyncClient, Response
from pydantic import BaseModel
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from taskbound import Database, StaleVersion, UniqueViolation
from taskbound.web import problem_of
from taskbound.web.starlette import add_problem_handlers, problem_response

PROBLEM = "application/problem+json"


class Base(DeclarativeBase):
    pass


class Account(Base):
    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(40), unique=True)
    age: Mapped[int | None]
    sponsor_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))


class SignUp(BaseModel):
    email: str
    age: int | None = None
    sponsor_id: int | None = None


class AccountRead(BaseModel):
    id: int
    email: str


@pytest.fixture
async def accounts(tmp_path: Path) -> AsyncIterator[Database]:
    async with Database(f"sqlite+aiosqlite:///{tmp_path}/accounts.db") as database:
        await database.create_all(Base.metadata)
        yield database


@pytest.fixture
def app(accounts: Database) -> FastAPI:
    application = FastAPI()
    add_problem_handlers(application)

    @application.post("/accounts", status_code=201)
    async def sign_up(wanted: SignUp) -> AccountRead:
        async with accounts.begin() as session:
            return await session.insert(Account, wanted, returning=AccountRead)

    @application.get("/accounts/{key}")
    async def read(key: int) -> AccountRead:
        return await accounts.project(AccountRead, Account).get_one(key)

    @application.delete("/accounts/{key}", status_code=204)
    async def delete(key: int) -> None:
        async with accounts.begin() as session:
            await session.delete(Account, key=key)

    @application.put("/accounts/{key}")
    async def put(key: int) -> None:
        raise StaleVersion(entities=(("Account", (key,)),), place=None)

    @application.get("/bug")
    async def bug() -> None:
        raise ConnectionError("of another service")

    return application


async def ask(app: Any, method: str, path: str, **options: Any) -> Response:
    transport = ASGITransport(app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://shop") as client:
        return await client.request(method, path, **options)


async def test_an_address_that_is_taken_is_a_conflict_with_its_field(app: FastAPI) -> None:
    await ask(app, "POST", "/accounts", json={"email": "ada@example.org"})

    answer = await ask(app, "POST", "/accounts", json={"email": "ada@example.org"})

    assert (answer.status_code, answer.headers["content-type"]) == (409, PROBLEM)
    assert answer.json() == {
        "type": "about:blank",
        "title": "Conflict",
        "status": 409,
        "detail": "The change does not go with what is there already. Nothing was saved.",
        "instance": "/accounts",
        "errors": [{"field": "email", "detail": "has a value that is taken already"}],
    }


async def test_a_value_that_no_column_holds_is_unprocessable_with_its_field(app: FastAPI) -> None:
    answer = await ask(app, "POST", "/accounts", json={"email": "ada", "age": 2**63})

    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"field": "age", "detail": "is out of range"}]


async def test_a_key_to_nothing_is_unprocessable_and_a_row_that_is_needed_a_conflict(
    app: FastAPI,
) -> None:
    await ask(app, "POST", "/accounts", json={"email": "ada"})
    await ask(app, "POST", "/accounts", json={"email": "bob", "sponsor_id": 1})

    led_to_nothing = await ask(app, "POST", "/accounts", json={"email": "cyd", "sponsor_id": 9})
    needed = await ask(app, "DELETE", "/accounts/1")

    assert (led_to_nothing.status_code, needed.status_code) == (422, 409)


async def test_a_row_that_is_not_there_is_not_found(app: FastAPI) -> None:
    answer = await ask(app, "GET", "/accounts/9")

    assert (answer.status_code, answer.headers["content-type"]) == (404, PROBLEM)
    assert answer.json()["detail"] == "There is no Account with this key."


async def test_a_request_that_has_named_a_version_gets_412(app: FastAPI) -> None:
    plain = await ask(app, "PUT", "/accounts/1")
    conditional = await ask(app, "PUT", "/accounts/1", headers={"If-Match": '"3"'})

    assert (plain.status_code, conditional.status_code) == (409, 412)


async def test_a_database_that_is_away_is_a_503_with_retry_after() -> None:
    async with Database("postgresql+asyncpg://nobody@127.0.0.1:1/none", connect_timeout=1) as away:
        app = FastAPI()
        add_problem_handlers(app)

        @app.get("/check")
        async def check() -> float:
            return await away.check()

        @app.get("/read")
        async def read() -> list[AccountRead]:
            return await away.project(AccountRead, Account).all()

        answers = [await ask(app, "GET", path) for path in ("/check", "/read")]

    assert [answer.status_code for answer in answers] == [503, 503]
    assert [answer.headers["retry-after"] for answer in answers] == ["1", "1"]


async def test_an_error_of_the_program_stays_a_500(app: FastAPI) -> None:
    answer = await ask(app, "GET", "/bug")

    assert (answer.status_code, answer.text) == (500, "Internal Server Error")


async def test_a_handler_of_ones_own_comes_first(app: FastAPI) -> None:
    @app.exception_handler(UniqueViolation)
    async def taken(request: Request, error: UniqueViolation) -> PlainTextResponse:
        return PlainTextResponse(f"{error.field} is taken", 400)

    await ask(app, "POST", "/accounts", json={"email": "ada"})
    answer = await ask(app, "POST", "/accounts", json={"email": "ada"})

    assert (answer.status_code, answer.text) == (400, "email is taken")


async def test_what_the_client_is_not_told_is_logged(
    app: FastAPI, caplog: pytest.LogCaptureFixture
) -> None:
    await ask(app, "POST", "/accounts", json={"email": "ada"})
    with caplog.at_level(logging.WARNING, "taskbound.web"):
        await ask(app, "POST", "/accounts", json={"email": "ada"})
        await ask(app, "GET", "/accounts/9")

    (record,) = [each for each in caplog.records if each.name == "taskbound.web"]
    assert (record.getMessage(), record.levelname) == ("conflict at /accounts", "WARNING")
    assert record.exc_info is not None


async def test_an_application_of_starlette_has_them_too_with_types_of_its_own(
    accounts: Database,
) -> None:
    async def read(request: Request) -> PlainTextResponse:
        found = await accounts.project(AccountRead, Account).get_one(9)
        return PlainTextResponse(found.email)

    app = Starlette(routes=[Route("/first", read)])
    add_problem_handlers(app, types="https://shop.example/problems/")

    answer = await ask(app, "GET", "/first")

    assert answer.json() == {
        "type": "https://shop.example/problems/not-found",
        "title": "Not found",
        "status": 404,
        "detail": "There is no Account with this key.",
        "instance": "/first",
    }


async def test_a_handler_of_ones_own_may_answer_with_a_problem(app: FastAPI) -> None:
    @app.exception_handler(UniqueViolation)
    async def taken(request: Request, error: UniqueViolation) -> Any:
        found = problem_of(error)
        assert found is not None
        return problem_response(found, request, types="/problems/")

    await ask(app, "POST", "/accounts", json={"email": "ada"})
    answer = await ask(app, "POST", "/accounts", json={"email": "ada"})

    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/conflict")


async def test_a_websocket_has_no_response() -> None:
    app = FastAPI()
    add_problem_handlers(app)

    @app.websocket("/")
    async def talk(socket: WebSocket) -> None:
        await socket.accept()
        raise StaleVersion(entities=(), place=None)

    sent: list[Any] = []

    async def receive() -> dict[str, str]:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message["type"])

    scope = {"type": "websocket", "path": "/", "headers": [], "query_string": b""}
    with pytest.raises(StaleVersion):
        await app(scope, receive, send)

    assert sent == ["websocket.accept"]
