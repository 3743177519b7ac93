"""How a route gets at the database."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from taskbound import Database


# Without `async` FastAPI would call it in a thread, which costs as much as a read.
async def get_database(request: Request) -> Database:
    """The database of the application.

    A route that reads asks `db.project()`, which holds a connection for the read alone; one that
    writes opens `db.begin()`.
    """
    db: Database = request.app.state.database
    return db


Db = Annotated[Database, Depends(get_database)]
