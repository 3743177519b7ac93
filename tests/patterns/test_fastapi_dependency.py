"""A session for each request of a FastAPI application, over real ASGI calls."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import ResponseValidationError
from starlette.middleware.base import RequestResponseEndpoint

from taskbound import Database
from tests.patterns.committed import committed_authors
from tests.patterns.library_app import library_app, one_transaction

ADA = {"id": 1, "name": "Ada", "books": [{"id": 1, "title": "Dawn"}, {"id": 2, "title": "Dusk"}]}


@pytest.fixture
def app(library: Database) -> FastAPI:
    return library_app(library)


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the running application; what the application raises is a response of 500."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://library") as opened,
    ):
        yield opened


async def test_an_object_is_a_response_with_what_was_loaded(client: httpx.AsyncClient) -> None:
    assert ADA == (await client.get("/authors/1")).json()


async def test_a_row_that_is_not_there_is_a_404(client: httpx.AsyncClient) -> None:
    response = await client.get("/authors/99")

    assert (404, {"detail": "no author 99"}) == (response.status_code, response.json())


async def test_a_request_returns_its_connection(
    client: httpx.AsyncClient, library: Database
) -> None:
    await client.get("/authors/1")
    await client.get("/authors/99")

    assert 0 == library.statistics().checked_out


async def test_what_the_handler_commits_is_stored_and_returned(
    client: httpx.AsyncClient, library: Database
) -> None:
    response = await client.put("/authors/1", json={"name": "Ava"})

    assert ADA | {"name": "Ava"} == response.json()
    assert ["Ava", "Bob"] == await committed_authors(library)


async def test_a_dependency_of_function_scope_commits(client: httpx.AsyncClient) -> None:
    response = await client.post("/publishers", json={"name": "Meadow"})

    assert (201, 2) == (response.status_code, response.json())


async def test_a_commit_that_fails_in_a_dependency_of_function_scope_is_a_500(
    client: httpx.AsyncClient, library: Database
) -> None:
    response = await client.post("/publishers", json={"name": "Harbour"})

    assert 500 == response.status_code
    assert 0 == library.statistics().checked_out


async def test_a_background_task_has_a_session_of_its_own(
    client: httpx.AsyncClient, library: Database
) -> None:
    response = await client.post("/authors", json={"name": "Cy"})

    assert 202 == response.status_code
    assert ["Ada", "Bob", "Cy"] == await committed_authors(library)


async def test_a_response_is_streamed_from_the_request_s_session(
    client: httpx.AsyncClient, library: Database
) -> None:
    response = await client.get("/titles")

    assert "Dawn\nDusk\nNoon\n" == response.text
    assert 0 == library.statistics().checked_out


async def test_requests_at_the_same_time_have_a_session_each(client: httpx.AsyncClient) -> None:
    responses = await asyncio.gather(*(client.get("/authors/1") for _ in range(20)))

    assert [ADA] * 20 == [response.json() for response in responses]


async def test_a_handler_may_run_in_a_task_of_a_middleware(
    app: FastAPI, client: httpx.AsyncClient, library: Database
) -> None:
    async def pass_on(request: Request, call_next: RequestResponseEndpoint) -> Response:
        return await call_next(request)

    # The application has started, so the middleware comes around the built stack.
    app.middleware_stack = None
    app.middleware("http")(pass_on)

    assert ADA == (await client.get("/authors/1")).json()
    assert "Dawn\nDusk\nNoon\n" == (await client.get("/titles")).text
    assert 0 == library.statistics().checked_out


async def test_a_middleware_commits_what_the_handler_has_written(
    app: FastAPI, client: httpx.AsyncClient, library: Database
) -> None:
    app.middleware_stack = None
    app.middleware("http")(one_transaction)

    response = await client.patch("/authors/1", json={"name": "Ava"})

    assert (200, "Ava") == (response.status_code, response.json())
    assert ["Ava", "Bob"] == await committed_authors(library)


async def test_an_unloaded_relation_in_a_response_is_named_in_the_error(app: FastAPI) -> None:
    transport = httpx.ASGITransport(app)

    async with httpx.AsyncClient(transport=transport, base_url="http://library") as client:
        with pytest.raises(ResponseValidationError) as failed:
            await client.get("/authors/1/unloaded")

    assert "Author.books" in str(failed.value)
    assert "selectinload(Author.books)" in str(failed.value)


async def test_the_lifespan_disposes_at_shutdown(app: FastAPI, library: Database) -> None:
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://library") as client,
    ):
        await client.get("/authors/1")
        during = library.statistics().idle

    assert (1, 0) == (during, library.statistics().idle)
