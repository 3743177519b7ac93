"""A FastAPI application over the library, as programs write one with a session a request."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import BackgroundTasks, Depends, FastAPI, HTTPException, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.orm import selectinload
from starlette.middleware.base import RequestResponseEndpoint

from taskbound import Database, TaskSession
from tests.patterns.models import Author, Book, Publisher


class BookRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    title: str


class AuthorRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str
    books: list[BookRead]


class Named(BaseModel):
    name: str


def database_of(request: Request) -> Database:
    """A synchronous dependency, which FastAPI runs in a worker thread."""
    database: Database = request.app.state.database
    return database


async def open_session(
    database: Annotated[Database, Depends(database_of)],
) -> AsyncIterator[TaskSession]:
    async with database.session() as session:
        yield session


async def open_transaction(
    database: Annotated[Database, Depends(database_of)],
) -> AsyncIterator[TaskSession]:
    async with database.begin() as session:
        yield session


Session = Annotated[TaskSession, Depends(open_session)]
# Ended before the response is sent, so that a commit that fails is an error response.
Transaction = Annotated[TaskSession, Depends(open_transaction, scope="function")]


async def existing_author(author_id: int, session: Session) -> Author:
    """A dependency over another one: both have the request's one session."""
    author = await session.get(Author, author_id, options=[selectinload(Author.books)])
    if author is None:
        raise HTTPException(404, f"no author {author_id}")
    return author


ExistingAuthor = Annotated[Author, Depends(existing_author)]


async def one_transaction(request: Request, call_next: RequestResponseEndpoint) -> Response:
    """A middleware that opens a transaction around the handler, which it runs in a child task."""
    database: Database = request.app.state.database
    async with database.session() as session:
        request.state.session = session
        response = await call_next(request)
        await session.commit()
        return response


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with app.state.database:
        yield


def library_app(database: Database) -> FastAPI:
    """The application; `database` is disposed at its shutdown."""
    app = FastAPI(lifespan=lifespan)
    app.state.database = database
    app.get("/authors/{author_id}", response_model=AuthorRead)(read_author)
    app.put("/authors/{author_id}", response_model=AuthorRead)(rename_author)
    app.get("/authors/{author_id}/unloaded", response_model=AuthorRead)(read_unloaded)
    app.post("/publishers", status_code=201)(add_publisher)
    app.post("/authors", status_code=202)(add_author_later)
    app.get("/titles")(export_titles)
    app.patch("/authors/{author_id}")(rename_in_middleware)
    return app


async def read_author(author: ExistingAuthor) -> Author:
    return author


async def rename_author(author: ExistingAuthor, session: Session, new: Named) -> Author:
    author.name = new.name
    await session.commit()
    return author


async def read_unloaded(author_id: int, session: Session) -> Author:
    return await session.get_one(Author, author_id)


async def rename_in_middleware(author_id: int, request: Request, new: Named) -> str:
    session: TaskSession = request.state.session
    author = await session.get_one(Author, author_id)
    author.name = new.name
    await session.flush()
    return author.name


async def add_publisher(session: Transaction, new: Named) -> int:
    publisher = Publisher(name=new.name)
    session.add(publisher)
    if new.name != "Harbour":
        # The duplicate is left to the commit, which comes after this function.
        await session.flush()
    return publisher.id or 0


async def add_author_later(
    database: Annotated[Database, Depends(database_of)], tasks: BackgroundTasks, new: Named
) -> None:
    async def add() -> None:
        async with database.begin() as session:
            session.add(Author(name=new.name))

    tasks.add_task(add)


async def export_titles(session: Session) -> StreamingResponse:
    async def lines() -> AsyncIterator[str]:
        async for title in await session.stream_scalars(select(Book.title).order_by(Book.id)):
            yield f"{title}\n"

    return StreamingResponse(lines(), media_type="text/plain")
