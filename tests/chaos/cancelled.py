"""What cancellations cost, as figures, with the mistakes made on purpose beside them."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import URL, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from taskbound import Database
from tests.chaos.figures import Figure, control
from tests.chaos.proxy import LOOPBACK, proxied
from tests.chaos.server_side import sessions
from tests.chaos.storm import GRACE, POOL, Storm, listening, storm, taskbound
from tests.chaos.storm_hang import STEPS, Step, hang_of, overshoot
from tests.chaos.storm_work import Work, prepare

# Seconds by which a deadline may be missed on a server that hangs.
_LATE = 0.25

# Seconds of a statement that nobody waits for any more, and of what does not let itself be cancelled.
_LONG = 60
_STUBBORN = 0.5
# So many looks one after the other have to find a statement running, so many seconds apart.
_LOOKS = 5
_LOOK = 0.05

_SLEEP = {"postgresql": f"SELECT pg_sleep({_LONG})", "mysql": f"SELECT sleep({_LONG})"}


async def storm_figures(url: URL, where: str, how: Storm) -> tuple[list[Figure], str]:
    """What a storm of cancellations has left behind, and all of it in words."""
    wreck = await storm("taskbound", _text(url), how)
    counted = [
        ("F1", "storm: connections checked out", wreck.leaked),
        ("F1", "storm: sessions beyond the pool", wreck.beyond),
        ("F1", "storm: in a transaction", wreck.in_transaction),
        ("F4", "storm: acknowledged and lost", wreck.lost),
        ("F4", "storm: there and never sent", wreck.ghosts),
        ("F4", "storm: half transactions", wreck.torn),
        ("F6", "storm: wrong answers", wreck.wrong),
        ("F10", "storm: complaints", wreck.complaints.total()),
        ("F11", "storm: pool unusable afterwards", wreck.unusable),
    ]
    if url.get_backend_name() != "sqlite":
        counted.append(("F2", "storm: still running after 1 s", wreck.running))
    figures = [Figure(name, where, what, seen, of=wreck.cancelled) for name, what, seen in counted]
    made = Figure(
        "made", where, "storm: cancelled", wreck.cancelled, of=wreck.operations, least=how.cancels
    )
    return [*figures, made], str(wreck)


async def storm_controls(url: URL, where: str) -> list[Figure]:
    """The same counting where the mistake is made."""
    figures = [
        control("F10", where, "nobody looks at an error: complaints", await _complaints(), of=1),
        control("F6", where, "answered one question late: wrong answers", await _late(url), of=2),
    ]
    if url.get_backend_name() == "sqlite":
        return figures
    running = await _running_on(url)
    return [control("F2", where, "cut without a KILL: still running", running, of=1), *figures]


async def deadline_figures(url: URL, where: str, process: int | None) -> list[Figure]:
    """By how many seconds a deadline is missed while the server hangs, at every step of a session."""
    hang = hang_of(_text(url), process)
    async with taskbound(_text(url)) as work:
        await prepare(work.engine)
        late = {name: await overshoot(work, step, hang) for name, step in _steps(url).items()}
        stubborn = await overshoot(work, _stubborn, hang)
    return [
        *(
            Figure("F7", where, f"{name}: seconds over the deadline", seconds, _LATE, of=1)
            for name, seconds in late.items()
        ),
        control(
            "F7", where, "not to be cancelled: seconds over", stubborn, of=1, least=_STUBBORN / 2
        ),
    ]


def _steps(url: URL) -> dict[str, Step]:
    # On SQLite a block has the lock itself, for which everything else would hang.
    is_sqlite = url.get_backend_name() == "sqlite"
    return {name: step for name, step in STEPS.items() if not (is_sqlite and name == "in_block")}


async def _running_on(url: URL) -> int:
    """Statements that run on a second after their client was cut off without a word to the server."""
    async with (
        proxied(LOOPBACK, url.port or 0) as proxy,
        Database(url.set(port=proxy.port), pool_size=POOL) as database,
        database.session() as session,
    ):
        statement = text(_SLEEP[url.get_backend_name()])
        sleeping = asyncio.create_task(_fails(session, statement))
        await _seen_running(url)
        # Drivers ask for a cancellation on a connection of its own.
        proxy.refuses = True
        proxy.cut()
        await sleeping
        await asyncio.sleep(GRACE)
        return (await asyncio.to_thread(sessions, url)).running


async def _seen_running(url: URL) -> None:
    """Wait until a statement runs that lasts: what the driver sends before it is soon over."""
    looks = 0
    while looks < _LOOKS:
        looks = looks + 1 if (await asyncio.to_thread(sessions, url)).running else 0
        await asyncio.sleep(_LOOK)


async def _fails(session: AsyncSession, statement: Any) -> None:
    with contextlib.suppress(DBAPIError, OSError):
        await session.execute(statement)


async def _complaints() -> int:
    complaints: Counter[str] = Counter()
    with listening(complaints):
        asyncio.get_running_loop().create_future().set_exception(LookupError())
        await asyncio.sleep(0)
    return complaints.total()


class _OneLate:
    """A session whose answers are those of the question before."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._before: Any = None

    async def execute(self, asked: Any) -> Any:
        answer = (await self._session.execute(asked)).freeze()
        self._before, late = answer, self._before
        return (late or answer)()


async def _late(url: URL) -> int:
    async with Database(url) as database, database.session() as session:
        work = Work(database.engine, database.session, database.begin, database)
        late: Any = _OneLate(session)
        for number in (1, 2):
            await work._ask(late, number, 0.0)
        return work.record.wrong


async def _stubborn(_work: Work, hang: AbstractContextManager[None]) -> None:
    with hang:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(_STUBBORN)


def _text(url: URL) -> str:
    return url.render_as_string(hide_password=False)
