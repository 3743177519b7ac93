"""COMMITs that take their time on a real server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import Connection, event, text

from taskbound import Database

# PostgreSQL runs a deferred constraint trigger inside COMMIT.
_SLOW_COMMIT = (
    """CREATE FUNCTION take_time() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_sleep({seconds}); RETURN NULL; END $$""",
    """CREATE CONSTRAINT TRIGGER slow AFTER UPDATE ON account DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION take_time()""",
)


async def slow_down(database: Database, seconds: float) -> None:
    """Have each COMMIT of an update of an account take so many seconds, on PostgreSQL."""
    async with database.begin() as session:
        for statement in _SLOW_COMMIT:
            await session.execute(text(statement.format(seconds=seconds)))


@asynccontextmanager
async def at_commit(database: Database, act: object) -> AsyncIterator[None]:
    """Call `act` when a COMMIT is about to be sent."""

    def commit(_connection: Connection) -> None:
        act()  # type: ignore[operator]  # a call without arguments

    event.listen(database.engine.sync_engine, "commit", commit)
    yield
    event.remove(database.engine.sync_engine, "commit", commit)
