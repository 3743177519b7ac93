"""A server that hangs holds nobody: a deadline is kept whatever the task was doing (FM-11, F7)."""

from __future__ import annotations

import asyncio
import contextlib

import pytest
from sqlalchemy import text

from taskbound import Database
from tests.chaos.storm_hang import STEPS, hang_of, overshoot
from tests.chaos.storm_work import Work
from tests.conftest import SERVERS

# Seconds over a deadline that stay far below the two, five and ten of plain SQLAlchemy, and that a busy
# machine may take.
LATE = 1.0


@pytest.fixture
def process(driver: str, request: pytest.FixtureRequest) -> int | None:
    """The server's process, which may be stopped."""
    fixture = SERVERS.get(driver.partition("+")[0])
    if fixture is None:
        return None
    found: int | None = request.getfixturevalue(fixture).server.process
    if found is None:
        pytest.skip("a server that the environment names is not stopped")
    return found


@pytest.mark.parametrize("name", STEPS)
async def test_a_deadline_is_kept(
    work: Work, database: Database, database_url: str, process: int | None, name: str
) -> None:
    late = await overshoot(work, STEPS[name], hang_of(database_url, process))

    assert late < LATE
    assert database.statistics().checked_out == 0


async def test_a_scope_that_is_left_while_the_server_hangs_does_not_spin(
    database: Database, database_url: str, process: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if process is None:
        pytest.skip("nothing of SQLite's is on a wire")
    anyio = pytest.importorskip("anyio")
    turns = 0
    loop = asyncio.get_running_loop()
    turn = loop._run_once  # type: ignore[attr-defined]  # of asyncio's own loop

    def counted() -> None:
        nonlocal turns
        turns += 1
        turn()

    with contextlib.ExitStack() as hanging, anyio.CancelScope() as scope:
        async with database.session() as session:
            await session.execute(text("SELECT 1"))
            hanging.enter_context(contextlib.contextmanager(hang_of(database_url, process))())
            monkeypatch.setattr(loop, "_run_once", counted)
            scope.cancel()
            await asyncio.Event().wait()
    monkeypatch.undo()

    assert turns < 100
