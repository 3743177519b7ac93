"""How a route gets at the database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request

from taskbound import Database, TaskSession


def get_database(request: Request) -> Database:
    """The database of the application; a route that writes opens `db.begin()` itself."""
    db: Database = request.app.state.database
    return db


Db = Annotated[Database, Depends(get_database)]


async def read_session(db: Db) -> AsyncIterator[TaskSession]:
    """A session to read with, for one request."""
    async with db.session() as session:
        yield session


# It closes when the route returns: a slow client that takes its answer holds no connection.
Reading = Annotated[TaskSession, Depends(read_session, scope="function")]
