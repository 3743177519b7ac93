"""Connections that are lost in the middle of a COMMIT."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, event

from taskbound import Database


@contextmanager
def lost_commits(database: Database, *, times: int, after: bool) -> Iterator[None]:
    """Close SQLite under the next COMMITs, so that their answers are errors without a code.

    after: let the COMMIT through first, so that what it has written is there.
    """
    left = times

    async def lose(raw: Any) -> None:
        if after:
            await raw._execute(raw._conn.commit)
        await raw._execute(raw._conn.close)

    def commit(connection: Connection) -> None:
        nonlocal left
        if left:
            left -= 1
            adapter: Any = connection.connection.dbapi_connection
            adapter.run_async(lose)

    event.listen(database.engine.sync_engine, "commit", commit)
    yield
    event.remove(database.engine.sync_engine, "commit", commit)
