"""How much later than its deadline a task ends on a server that hangs.

    python -m tests.chaos.storm_hang --engine asyncpg

The server is stopped by a signal: it takes connections and bytes, and answers nothing. SQLite has no server;
there another connection holds the lock for writing.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import make_url, text

from tests.chaos.storm import ENGINES, databases, plain, taskbound
from tests.chaos.storm_server import frozen, looking_at
from tests.chaos.storm_work import Half, Work, prepare

# Seconds that an operation has.
DEADLINE = 0.3

Step = Callable[[Work, contextlib.AbstractContextManager[None]], Awaitable[None]]


async def in_statement(work: Work, hang: contextlib.AbstractContextManager[None]) -> None:
    """The deadline comes while a statement is answered."""
    async with work.session() as session:
        await session.execute(text("SELECT 1"))
        with hang:
            session.add(Half(token=1))
            await session.flush()


async def in_session(work: Work, hang: contextlib.AbstractContextManager[None]) -> None:
    """The deadline comes between two statements: the end of the session has to roll back."""
    async with work.session() as session:
        await session.execute(text("SELECT 1"))
        with hang:
            await asyncio.Event().wait()


async def in_block(work: Work, hang: contextlib.AbstractContextManager[None]) -> None:
    """The deadline comes between two statements: the block has to roll back."""
    if work.engine.dialect.name == "sqlite":
        # The block has the lock itself, so there is nothing that could hang.
        return
    async with work.begin() as session:
        await session.execute(text("SELECT 1"))
        with hang:
            await asyncio.Event().wait()


async def in_begin(work: Work, hang: contextlib.AbstractContextManager[None]) -> None:
    """The deadline comes while a block begins, which on SQLite waits for its turn."""
    with hang:
        async with work.begin() as session:
            await session.execute(text("SELECT 1"))


async def in_commit(work: Work, hang: contextlib.AbstractContextManager[None]) -> None:
    """The deadline comes while a commit is answered."""
    async with work.session() as session:
        await session.execute(text("SELECT 1"))
        with hang:
            await session.commit()


async def in_checkout(work: Work, hang: contextlib.AbstractContextManager[None]) -> None:
    """The deadline comes while a connection is opened, for a statement that then has its turn."""
    await work.engine.dispose()
    with hang:
        async with work.session() as session:
            session.add(Half(token=1))
            await session.flush()


async def in_read(work: Work, hang: contextlib.AbstractContextManager[None]) -> None:
    """The deadline comes while a read without a session is answered."""
    with hang:
        await work.read(1, 0.0) if work.database is None else await work.project(1, 0.0)


STEPS: dict[str, Step] = {
    step.__name__: step
    for step in (in_statement, in_session, in_block, in_begin, in_commit, in_checkout, in_read)
}


async def overshoot(work: Work, step: Step, hang: Callable[[], Iterator[None]]) -> float:
    """Seconds between the deadline of an operation and its end. The server hangs on until then."""
    # Connections that are there already, so that what hangs is what is meant.
    await asyncio.gather(*(work.read(number, 0.01) for number in range(2)))
    if work.database is not None:
        await work.project(1, 0.0)
    with contextlib.ExitStack() as until_the_end:

        @contextmanager
        def hanging() -> Iterator[None]:
            until_the_end.enter_context(contextmanager(hang)())
            yield

        started = time.monotonic()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(DEADLINE):
                await step(work, hanging())
        return max(0.0, time.monotonic() - started - DEADLINE)


def hang_of(url: str, process: int | None) -> Callable[[], Iterator[None]]:
    """What makes the server hang for as long as a block lasts."""

    def locked() -> Iterator[None]:
        # Not for longer than the statements of others wait.
        with looking_at(make_url(url)) as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield
            connection.exec_driver_sql("ROLLBACK")

    def stopped() -> Iterator[None]:
        assert process is not None
        with frozen(process):
            yield

    return locked if make_url(url).get_backend_name() == "sqlite" else stopped


async def measured(name: str, url: str, process: int | None) -> AsyncIterator[tuple[str, float]]:
    """The overshoot of each step."""
    async with plain(url) if name == "plain" else taskbound(url) as work:
        await prepare(work.engine)
        # What is imported with the first cancellation is not what is measured.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.1):
                await work.read(1, 10.0)
        for step in STEPS.values():
            yield step.__name__, await overshoot(work, step, hang_of(url, process))


async def _print(name: str, engine: str, url: str, process: int | None) -> None:
    found = [f"{step} {seconds:.2f} s" async for step, seconds in measured(name, url, process)]
    print(f"{engine:>10} {name:>10}: over the deadline {', '.join(found)}", flush=True)


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=ENGINES, action="append")
    parser.add_argument("--sessions", default="plain,taskbound")
    asked = parser.parse_args()
    for engine in asked.engine or ENGINES:
        with databases(engine) as fresh:
            for name in asked.sessions.split(","):
                asyncio.run(_print(name, engine, fresh(), fresh.process))


if __name__ == "__main__":
    main()
