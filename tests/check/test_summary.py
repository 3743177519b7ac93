"""What functions do to the sessions they are given, through calls, classes and context managers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskbound.check.kinds import Session
from taskbound.check.summary.facts import Does
from taskbound.check.trace.events import Block
from tests.check.project import program, trace

if TYPE_CHECKING:
    from pathlib import Path

REPOSITORY = """
    sessions = async_sessionmaker(create_async_engine("sqlite+aiosqlite://"), expire_on_commit=False)

    class Repository:
        def __init__(self, session: AsyncSession) -> None:
            self.session = session

        async def save(self, row: object) -> None:
            self.session.add(row)
            await self.session.commit()

    class Service:
        def __init__(self, session: AsyncSession) -> None:
            self.repository = Repository(session)

        async def save(self, row: object) -> None:
            await self.repository.save(row)

    async def store(db: AsyncSession, row: object) -> None:
        await Service(db).save(row)
"""


def test_a_commit_two_calls_below_is_one_of_the_parameter(tmp_path: Path) -> None:
    made = program(tmp_path, app_store=REPOSITORY)
    store = trace(made, "store")
    facts = list(made.summary(store.function).of(Does.COMMITS))

    assert [fact.session for fact in facts] == [store.parameters["db"]]
    assert [step.text for step in facts[0].steps] == [
        "Service.save() is called",
        "Repository.save() is called",
        "self.session.commit()",
    ]


def test_a_session_that_a_callee_opens_is_not_the_caller_s(tmp_path: Path) -> None:
    made = program(
        tmp_path,
        app_own=REPOSITORY
        + """
    async def own() -> None:
        async with sessions() as session:
            await session.commit()

    async def caller(db: AsyncSession) -> None:
        await own()
""",
    )
    facts = list(made.summary(trace(made, "caller").function).of(Does.COMMITS))

    assert [fact.session for fact in facts] == [None]


def test_a_context_manager_of_the_project_tells_what_its_end_does(tmp_path: Path) -> None:
    made = program(
        tmp_path,
        app_scope=REPOSITORY
        + """
    from contextlib import asynccontextmanager

    @asynccontextmanager
    async def scope():
        async with sessions() as session:
            yield session
            await session.commit()

    async def work() -> None:
        async with scope() as db:
            db.add(object())
""",
    )
    block = next(trace(made, "work").of(Block))

    assert isinstance(block.item.enters, Session)
    assert (block.item.commits, block.item.closes, block.item.enters.expiring) == (
        True,
        True,
        False,
    )


def test_a_unit_of_work_is_a_block_that_commits_its_session(tmp_path: Path) -> None:
    made = program(
        tmp_path,
        app_uow=REPOSITORY
        + """
    class UnitOfWork:
        async def __aenter__(self):
            self.session = sessions()
            self.rows = Repository(self.session)
            return self

        async def __aexit__(self, *error: object) -> None:
            await self.finish()

        async def finish(self) -> None:
            await self.session.commit()
            await self.session.close()

    async def work() -> None:
        async with UnitOfWork() as uow:
            await uow.rows.save(object())
""",
    )
    work = trace(made, "work")
    item = next(work.of(Block)).item

    assert (item.commits, item.closes) == (True, True)
    assert item.session in {fact.session for fact in made.summary(work.function).of(Does.COMMITS)}


def test_functions_that_call_each_other_end(tmp_path: Path) -> None:
    made = program(
        tmp_path,
        app_cycle="""
    async def ping(db: AsyncSession, n: int) -> None:
        await pong(db, n)

    async def pong(db: AsyncSession, n: int) -> None:
        await db.execute(select(1))
        await ping(db, n - 1)
""",
    )
    ping = trace(made, "ping")

    assert [fact.session for fact in made.summary(ping.function).of(Does.EXECUTES)] == [
        ping.parameters["db"]
    ]
