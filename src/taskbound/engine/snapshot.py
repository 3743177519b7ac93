"""Transactions that begin in the state of another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import event

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection
    from sqlalchemy.ext.asyncio import AsyncEngine

# Execution option of an engine: what its transactions see is part of what they are for, so that no
# read may be sent outside one.
SNAPSHOT_OPTION = "taskbound_snapshot"


def at_each_begin(engine: AsyncEngine, begin: Callable[[Connection], None]) -> AsyncEngine:
    """An engine on the same pool that calls `begin` when a transaction has begun.

    The engine that it was made from hears nothing of it.
    """
    own = engine.execution_options(**{SNAPSHOT_OPTION: True})
    event.listen(own.sync_engine, "begin", begin)
    return own
