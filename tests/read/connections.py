"""Which connection a read was sent on, as the server tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from sqlalchemy import Engine, func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.pool import QueuePool

from taskbound import From
from tests.read.models import Order


@dataclass
class OnPostgresql:
    connection: Annotated[int, From(lambda _: func.pg_backend_pid())]


@dataclass
class OnMariadb:
    connection: Annotated[int, From(lambda _: func.connection_id())]


_READS: dict[str, Any] = {"postgresql": OnPostgresql, "mysql": OnMariadb}
_ASKS = {"postgresql": select(func.pg_backend_pid()), "mysql": select(func.connection_id())}
FIRST = select(Order).where(Order.id == 1)


async def connection_of_read(project: Any, backend: str) -> int:
    """The server's number for the connection that a projection is read on."""
    found: int = (await project(_READS[backend], FIRST).one()).connection
    return found


async def connection_of(opened: AsyncSession | AsyncConnection, backend: str) -> int:
    """The server's number for the connection of a session."""
    found: int | None = await opened.scalar(_ASKS[backend])
    assert found is not None
    return found


def checked_out(engine: Engine) -> int:
    """How many connections are not in the pool."""
    assert isinstance(engine.pool, QueuePool)
    return engine.pool.checkedout()
