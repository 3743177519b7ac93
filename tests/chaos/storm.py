"""A storm of cancellations: what they leave behind on the client, on the server and in the event loop.

    python -m tests.chaos.storm --engine asyncpg --cancels 2000
    python -m tests.chaos.storm --engine asyncmy --cancels 300 --sessions plain,taskbound,controls

Eight workers run operations of `storm_work.py` on a pool of eight, and each is cancelled at a random moment:
by `task.cancel()`, by `asyncio.timeout`, or by a scope of anyio's. A second later nothing may be left. Beside
TaskSession the same storm blows on plain AsyncSession, and the controls show that what there is to find is
found: a worker that forgets to close, and cancellations that nobody tells the server of.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import logging
import random
import sys
import threading
import time
import warnings
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import anyio
from sqlalchemy import URL, make_url, text
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.pool import QueuePool

from taskbound import Database
from tests.chaos.storm_server import looking_at, sessions
from tests.chaos.storm_work import Record, Work, prepare
from tests.servers.databases import administered
from tests.servers.mariadb import mariadb
from tests.servers.place import CACHE
from tests.servers.postgresql import postgresql

POOL = WORKERS = 8
# Seconds after which nothing of a cancelled task may be left on the server.
GRACE = 1.0
# Seconds by which the event loop is late where the machine has no time for the storm.
LATE = 0.1
# Cancellations that are enough for a control to show something.
FEW = 40
# The log of what the guard has found.
GUARD = "taskbound.guard"
ENGINES = {
    "aiosqlite": "sqlite+aiosqlite",
    "asyncpg": "postgresql+asyncpg",
    "psycopg": "postgresql+psycopg",
    "aiomysql": "mysql+aiomysql",
    "asyncmy": "mysql+asyncmy",
}


@dataclass
class Wreck:
    """What a storm has left behind. All but the first two numbers have to be zero."""

    sessions: str
    cancelled: int = 0
    operations: int = 0
    slowest: float = 0.0
    late: float = 0.0
    leaked: int = 0
    beyond: int = 0
    running: int = 0
    in_transaction: int = 0
    wrong: int = 0
    torn: int = 0
    ghosts: int = 0
    lost: int = 0
    unusable: int = 0
    complaints: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)

    @property
    def harm(self) -> int:
        """How much is left of what may not be."""
        left = (self.leaked, self.beyond, self.running, self.in_transaction, self.wrong, self.torn)
        return sum((*left, self.ghosts, self.lost, self.unusable, self.complaints.total()))

    def is_amiss(self, engine: str) -> bool:
        """Whether taskbound has left anything, or a control does not show what it has left."""
        control = CONTROLS.get(self.sessions)
        if control == "running" and engine == "aiosqlite":
            return False
        if control is not None:
            return not getattr(self, control)
        return self.sessions == "taskbound" and bool(self.harm)

    def __str__(self) -> str:
        lines = [
            f"{self.sessions:>10}: {self.cancelled} cancelled of {self.operations};"
            f" slowest {self.slowest:.2f} s, the loop itself {self.late:.2f} s late; checked out"
            f" {self.leaked}, sessions beyond the pool"
            f" {self.beyond}, running {self.running}, in a transaction {self.in_transaction};"
            f" wrong answers {self.wrong}, half transactions {self.torn}, ghosts {self.ghosts},"
            f" lost {self.lost}, unusable {self.unusable}; complaints {self.complaints.total()}"
        ]
        for name, said in (("complaint", self.complaints), ("error", self.errors)):
            lines += [
                f"            {number:5d} x {name}: {what}" for what, number in said.most_common(5)
            ]
        return "\n".join(lines)


@contextmanager
def listening(complaints: Counter[str]) -> Iterator[None]:
    """Count what the loop, the interpreter, threads and the logs complain of."""

    def say(what: str, error: object = None) -> None:
        complaints[f"{what} ({error!r})"[:150]] += 1

    class Logged(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.name == GUARD:
                # What it says of a slow machine is no complaint.
                return
            say(record.getMessage().partition("<")[0], record.exc_info and record.exc_info[1])

    handler, logger = Logged(logging.WARNING), logging.getLogger()
    hooks = sys.unraisablehook, threading.excepthook
    sys.unraisablehook = lambda hook: say(f"unraisable in {hook.object}", hook.exc_value)
    threading.excepthook = lambda hook: say("in a thread", hook.exc_value)
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _loop, what: say(what["message"], what.get("exception")))
    logger.addHandler(handler)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = lambda message, *_, **__: say(
            str(message).partition("<")[0], type(message)
        )
        yield
    logger.removeHandler(handler)
    sys.unraisablehook, threading.excepthook = hooks
    loop.set_exception_handler(None)


@asynccontextmanager
async def taskbound(url: str) -> AsyncIterator[Work]:
    """The operations on taskbound's sessions."""
    async with Database(url, pool_size=POOL) as database:
        yield Work(database.engine, database.session, database.begin, database)


@asynccontextmanager
async def plain(url: str) -> AsyncIterator[Work]:
    """The operations on SQLAlchemy's own sessions."""
    engine = create_async_engine(url, pool_size=POOL, max_overflow=0)
    made = async_sessionmaker(engine, expire_on_commit=False)
    yield Work(engine, made, made.begin, None)
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(engine.dispose(), 10)


@dataclass
class Storm:
    """How many cancellations, and how long the statements are that they fall upon."""

    cancels: int
    seed: int = 1
    span: float = 0.12
    """Seconds from the start of an operation to its cancellation, at most."""
    short: float = 0.008
    """Seconds of most statements."""
    long: float = 10.0
    """Seconds of the others, which only a cancellation ends."""
    share: float = 0.2
    """How many of the statements are long."""

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    async def blow(self, work: Work, wreck: Wreck) -> None:
        """All workers, until so many operations were cancelled."""
        watching = asyncio.create_task(_watch(wreck))
        await asyncio.gather(*(self._worker(work, wreck) for _ in range(WORKERS)))
        watching.cancel()

    async def _worker(self, work: Work, wreck: Wreck) -> None:
        while wreck.cancelled < self.cancels:
            wreck.operations += 1
            drawn = self.chance.random()
            if drawn > 0.5:
                with _counted(wreck):
                    await work.do(wreck.operations, 0.0, self.chance)
                continue
            seconds = self.long if drawn < self.share / 2 else self.short
            doing = work.do(wreck.operations, seconds, self.chance)
            way = self.chance.choice((by_task, by_timeout, by_scope))
            after = self.chance.uniform(0, self.span)
            started = time.monotonic()
            with _counted(wreck):
                cancelled = await way(doing, after)
                wreck.cancelled += cancelled
            wreck.slowest = max(wreck.slowest, time.monotonic() - started - after)


@contextmanager
def _counted(wreck: Wreck) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        wreck.errors[f"{type(error).__name__}: {error}".partition("\n")[0][:150]] += 1


def control_of(cancels: int, seed: int = 1) -> Storm:
    """What a control shows itself in: long statements alone, which have begun when they are cancelled."""
    return Storm(cancels, seed, span=1.0, share=1.0)


async def _watch(wreck: Wreck) -> None:
    """How late the loop itself is, which no cancellation can be earlier than."""
    while True:
        started = time.monotonic()
        await asyncio.sleep(0.01)
        wreck.late = max(wreck.late, time.monotonic() - started - 0.01)


async def by_task(doing: Any, after: float) -> bool:
    """Cancel the task that does it."""
    task = asyncio.create_task(doing)
    await asyncio.wait((task,), timeout=after)
    task.cancel()
    await asyncio.wait((task,))
    if task.cancelled():
        return True
    await task
    return False


async def by_timeout(doing: Any, after: float) -> bool:
    """Let time run out."""
    try:
        async with asyncio.timeout(after):
            await doing
    except TimeoutError:
        return True
    return False


async def by_scope(doing: Any, after: float) -> bool:
    """Leave a scope of anyio's, which cancels again at each await."""
    with anyio.move_on_after(after) as scope:
        await doing
    return scope.cancelled_caught


@asynccontextmanager
async def forgetful(url: str) -> AsyncIterator[Work]:
    """A control: somebody has begun a transaction and forgets to close the session."""
    async with taskbound(url) as work:
        forgotten = work.session()
        await forgotten.connection()
        yield work
        await forgotten.close()


@asynccontextmanager
async def silent(url: str) -> AsyncIterator[Work]:
    """A control: connections are cut, and nobody tells the server."""
    async with taskbound(url) as work:
        farewells = work.engine.dialect.taskbound_farewells  # type: ignore[attr-defined]  # put there
        farewells._driver = replace(farewells._driver, abandon=farewells._driver.terminate)
        yield work


SESSIONS = {each.__name__: each for each in (plain, taskbound, forgetful, silent)}
# What a control is there to show.
CONTROLS = {"forgetful": "leaked", "silent": "running"}


async def blow(name: str, url: str, storm: Storm) -> Wreck:
    """A storm, and what it has left behind."""
    wreck, made = Wreck(name), make_url(url)
    with listening(wreck.complaints):
        async with SESSIONS[name](url) as work:
            await storm.blow(work, wreck)
            await look(work, made, wreck)
        del work
        gc.collect()
        await asyncio.sleep(0)
    return wreck


async def look(work: Work, url: URL, wreck: Wreck) -> None:
    """What is left a second after the last cancellation."""
    gc.collect()
    await asyncio.sleep(GRACE)
    pool = work.engine.pool
    assert isinstance(pool, QueuePool)
    wreck.leaked = pool.checkedout()
    found = await asyncio.to_thread(sessions, url)
    if found.running and wreck.late > LATE:
        # A machine that is this busy has not had its second.
        await asyncio.sleep(3 * GRACE)
        found = await asyncio.to_thread(sessions, url)
    wreck.beyond = max(0, found.open - POOL)
    wreck.running, wreck.in_transaction = found.running, found.in_transaction
    await asyncio.to_thread(_rows, url, work.record, wreck)
    wreck.wrong = work.record.wrong
    try:
        async with asyncio.timeout(5):
            await asyncio.gather(*(work.read(number, 0.01) for number in range(2 * POOL)))
    except Exception as error:
        wreck.unusable = 1
        wreck.errors[f"afterwards: {error!r}"[:150]] += 1


def _rows(url: URL, record: Record, wreck: Wreck) -> None:
    with looking_at(url) as connection:
        counted = connection.execute(text("SELECT token, count(*) FROM half GROUP BY token")).all()
    stored = {token for token, _ in counted}
    wreck.torn = sum(number != 2 for _, number in counted)
    wreck.ghosts = len(stored - record.sent)
    wreck.lost = len(record.acknowledged - stored)


async def storm(name: str, url: str, how: Storm) -> Wreck:
    """A storm on tables of its own."""
    async with Database(url) as database:
        await prepare(database.engine)
    return await blow(name, url, how)


@dataclass(frozen=True)
class Fresh:
    """Makes the address of a new, empty database, on a server that is the process, if there is one."""

    make: Callable[[], str]
    process: int | None = None

    def __call__(self) -> str:
        return self.make()


@contextmanager
def databases(engine: str) -> Iterator[Fresh]:
    """What makes databases on an engine, whose server is started for it."""
    backend = ENGINES[engine].partition("+")[0]
    with ExitStack() as stack:
        if backend == "sqlite":
            (CACHE / "tmp").mkdir(parents=True, exist_ok=True)
            folder = stack.enter_context(TemporaryDirectory(dir=CACHE / "tmp"))
            files = iter(Path(folder, f"{number}.sqlite") for number in range(100))
            yield Fresh(lambda: f"{ENGINES[engine]}:///{next(files)}")
            return
        server = stack.enter_context(postgresql() if backend == "postgresql" else mariadb())
        made = stack.enter_context(administered(server))

        def fresh() -> str:
            url = stack.enter_context(made.fresh())
            return url.set(drivername=ENGINES[engine]).render_as_string(hide_password=False)

        yield Fresh(fresh, server.process)


def main(arguments: list[str] | None = None) -> int:
    """Blow, and print. The exit status is 1 where taskbound has left anything behind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=ENGINES, action="append")
    parser.add_argument("--cancels", type=int, default=1000)
    parser.add_argument("--sessions", default="plain,taskbound,controls")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--share", type=float, default=0.2)
    asked = parser.parse_args(arguments)
    names = asked.sessions.replace("controls", ",".join(CONTROLS)).split(",")
    amiss = 0
    for engine in asked.engine or ENGINES:
        with databases(engine) as fresh:
            for name in names:
                started = time.monotonic()
                how = (
                    control_of(min(asked.cancels, FEW), asked.seed)
                    if name in CONTROLS
                    else Storm(asked.cancels, asked.seed, share=asked.share)
                )
                wreck = asyncio.run(storm(name, fresh(), how))
                print(f"{engine} in {time.monotonic() - started:.1f} s\n{wreck}", flush=True)
                amiss += wreck.is_amiss(engine)
    return int(bool(amiss))


if __name__ == "__main__":
    sys.exit(main())
