"""The connections of an engine that somebody holds."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from sqlalchemy import event

from taskbound.engine.pool import TaskPool

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.pool import ConnectionPoolEntry, Pool


class Held:
    """taskbound's pool knows who holds its connections. Of another one's it is noted here."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._noted: dict[ConnectionPoolEntry, float] = {}
        if not isinstance(engine.pool, TaskPool):
            event.listen(engine, "checkout", self._note)
            event.listen(engine, "checkin", lambda _raw, record: self._noted.pop(record, None))

    def _note(self, _raw: object, record: ConnectionPoolEntry, _fairy: object) -> None:
        self._noted[record] = time.monotonic()

    def all(self) -> dict[ConnectionPoolEntry, float]:
        """Each connection that is held, in this process and event loop, and since when."""
        pool = self._engine.pool
        if not isinstance(pool, TaskPool):
            return dict(self._noted)
        if pool._home is None or not pool._home.is_here(asyncio.get_running_loop()):
            return {}
        return {stamp[3]: stamp[1] for stamp in pool._stamps.values()}

    def are_by_others(self) -> bool:
        """Whether another task than the running one holds any; all count where that is not known."""
        return len(self.all()) > held_by_task(self._engine.pool)

    def told(self) -> str:
        """Who holds them, a line each, for the log."""
        pool = self._engine.pool
        holders = pool.holders if isinstance(pool, TaskPool) else ()
        return "".join(f"\n  {holder}" for holder in holders)


def held_by_task(pool: Pool) -> int:
    """How many connections of a pool the running task holds. 0 where the pool is not taskbound's."""
    task = asyncio.current_task()
    stamps = pool._stamps.values() if isinstance(pool, TaskPool) else ()
    return sum(1 for stamp in stamps if stamp[0]() is task)
