"""Where in the user's own code something happens."""

from __future__ import annotations

import asyncio

from sqlalchemy.util import greenlet_spawn

from taskbound.place import task_place
from tests.here import here


async def test_the_running_task_is_at_the_line_that_it_runs() -> None:
    task = asyncio.current_task()
    assert task is not None

    # In a greenlet, as SQLAlchemy asks for a connection, several coroutines deep.
    async def deeper() -> object:
        return await greenlet_spawn(task_place, task)

    place, line = await deeper(), here()

    assert str(place).startswith(line.partition(":")[0])
    assert str(place).endswith("in deeper")
