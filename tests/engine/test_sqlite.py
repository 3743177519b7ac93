"""SQLite behaves as a server does (FM-18)."""

from __future__ import annotations

import asyncio
import shutil
import threading
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import func, insert, inspect, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from taskbound import Database
from taskbound.driver.aiosqlite import turn_of
from tests.library import Author, Base, Book

COUNT = select(func.count()).select_from(Author)
# Some tenths of a second of counting.
ENDLESS = text(
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) "
    "SELECT count(*) FROM n"
)
MEMORY = (
    "sqlite+aiosqlite://",
    "sqlite+aiosqlite:///:memory:",
    "sqlite+aiosqlite:///file::memory:?uri=true",
    "sqlite+aiosqlite:///file:shop?mode=memory&cache=shared&uri=true",
)


def file_url(folder: Path) -> str:
    return f"sqlite+aiosqlite:///{folder / 'shop.db'}"


async def pragma(database: Database, name: str) -> object:
    async with database.session() as session:
        return await session.scalar(text(f"PRAGMA {name}"))


async def test_every_connection_keeps_foreign_keys_and_waits_for_locks(tmp_path: Path) -> None:
    async with Database(file_url(tmp_path), busy_timeout=1.5) as database:
        assert await pragma(database, "foreign_keys") == 1
        # For a moment by itself, then in `driver/turn.py`.
        assert await pragma(database, "busy_timeout") == 100
        async with database.engine.connect() as connection:
            raw = await connection.get_raw_connection()
            turn = turn_of(raw.driver_connection)
        assert turn is not None
        assert turn.seconds == 1.5
        assert await pragma(database, "journal_mode") == "wal"


async def test_an_orphan_is_refused(tmp_path: Path) -> None:
    async with Database(file_url(tmp_path)) as database:
        await database.create_all(Base.metadata)
        with pytest.raises(IntegrityError):
            async with database.begin() as session:
                session.add(Book(title="orphan", author_id=99))


async def test_a_database_opened_read_only_stays_as_it_is(tmp_path: Path) -> None:
    async with Database(file_url(tmp_path)) as database:
        await database.create_all(Base.metadata)
    address = f"sqlite+aiosqlite:///file:{quote(str(tmp_path / 'shop.db'))}?mode=ro&uri=true"

    async with Database(address) as reader, reader.session() as session:
        assert await session.scalar(COUNT) == 0
        with pytest.raises(OperationalError, match="readonly"):
            await session.execute(text("DELETE FROM author"))


@pytest.mark.parametrize("url", MEMORY)
async def test_sessions_of_a_database_in_memory_do_not_see_each_others_work(url: str) -> None:
    async with Database(url) as database:
        await database.create_all(Base.metadata)
        async with database.begin() as writer, database.session() as reader:
            writer.add(Author(name="Ada"))
            await writer.flush()

            assert await reader.scalar(COUNT) == 0
        async with database.session() as later:
            assert await later.scalar(COUNT) == 1


async def test_two_databases_in_memory_are_two() -> None:
    async with Database(MEMORY[0]) as one, Database(MEMORY[0]) as two:
        await one.create_all(Base.metadata)
        async with two.engine.connect() as connection:
            tables = await connection.run_sync(lambda sync: inspect(sync).get_table_names())

    assert tables == []


async def test_a_database_in_memory_is_gone_when_it_is_disposed() -> None:
    async with Database(MEMORY[0]) as database:
        await database.create_all(Base.metadata)
        folder = Path(database.engine.url.database or "").parent
        await database.dispose()
        async with database.session() as session:
            tables = await session.scalar(text("SELECT count(*) FROM sqlite_master"))

    assert tables == 0
    del session, database
    assert list(folder.glob("*")) == []


async def test_a_released_savepoint_falls_with_its_transaction(tmp_path: Path) -> None:
    async with Database(file_url(tmp_path)) as database:
        await database.create_all(Base.metadata)
        async with database.session() as session:
            async with session.begin_nested():
                session.add(Author(name="Ada"))
            await session.rollback()

            assert await session.scalar(COUNT) == 0


async def test_the_definition_of_tables_is_rolled_back_too(tmp_path: Path) -> None:
    async with Database(file_url(tmp_path)) as database, database.session() as session:
        await session.execute(text("CREATE TABLE passing (id INTEGER)"))
        await session.rollback()
        found = await session.scalar(text("SELECT count(*) FROM sqlite_master"))

    assert found == 0


async def test_a_transaction_reads_one_state(tmp_path: Path) -> None:
    async with Database(file_url(tmp_path)) as database:
        await database.create_all(Base.metadata)
        async with database.session() as reader:
            before = await reader.scalar(COUNT)
            async with database.begin() as writer:
                writer.add(Author(name="Ada"))
            after = await reader.scalar(COUNT)

    assert (before, after) == (0, 0)


async def test_writers_that_read_first_wait_for_each_other(tmp_path: Path) -> None:
    async with Database(file_url(tmp_path), pool_size=16) as database:
        await database.create_all(Base.metadata)
        async with database.begin() as session:
            session.add(Author(id=1, name="0"))

        async def increment() -> None:
            async with database.begin() as session:
                author = await session.get_one(Author, 1)
                author.name = str(int(author.name) + 1)

        await asyncio.gather(*(increment() for _ in range(32)))
        async with database.session() as session:
            assert (await session.get_one(Author, 1)).name == "32"


async def test_a_session_that_reads_and_then_writes_waits_for_its_turn(tmp_path: Path) -> None:
    async with Database(file_url(tmp_path), pool_size=16) as database:
        await database.create_all(Base.metadata)
        async with database.begin() as session:
            session.add(Author(id=1, name="Ada"))

        async def write() -> None:
            async with database.session() as session:
                await session.get_one(Author, 1)
                session.add(Author(name="another"))
                await session.commit()

        await asyncio.gather(*(write() for _ in range(32)))
        async with database.session() as session:
            assert await session.scalar(COUNT) == 33


async def test_rows_that_are_read_for_update_are_not_changed_by_others(tmp_path: Path) -> None:
    async with Database(file_url(tmp_path), pool_size=16) as database:
        await database.create_all(Base.metadata)
        async with database.begin() as session:
            session.add(Author(id=1, name="0"))

        async def increment() -> None:
            async with database.session() as session:
                author = await session.get_one(Author, 1, with_for_update=True)
                author.name = str(int(author.name) + 1)
                await session.commit()

        await asyncio.gather(*(increment() for _ in range(32)))
        async with database.session() as session:
            assert (await session.get_one(Author, 1)).name == "32"


async def test_the_first_write_of_a_session_ends_its_snapshot(tmp_path: Path) -> None:
    async with Database(file_url(tmp_path)) as database:
        await database.create_all(Base.metadata)
        async with database.session() as reader:
            before = await reader.scalar(COUNT)
            async with database.begin() as writer:
                writer.add(Author(name="Ada"))
            still = await reader.scalar(COUNT)
            reader.add(Author(name="Grace"))
            await reader.flush()
            after = await reader.scalar(COUNT)
            await reader.rollback()

    assert (before, still, after) == (0, 0, 2)


async def test_a_common_table_expression_that_only_reads_keeps_the_snapshot(tmp_path: Path) -> None:
    named = select(Author.name).where(Author.name != "update").cte("named")
    count = select(func.count()).select_from(named)
    async with Database(file_url(tmp_path)) as database:
        await database.create_all(Base.metadata)
        async with database.session() as reader:
            before = await reader.scalar(count)
            async with database.begin() as writer:
                writer.add(Author(name="Ada"))
            after = await reader.scalar(count)

    assert (before, after) == (0, 0)


async def test_autocommit_after_a_transaction_that_read_begins_none(tmp_path: Path) -> None:
    async with Database(file_url(tmp_path), pool_size=1) as database:
        await database.create_all(Base.metadata)
        async with database.session() as session:
            await session.scalar(COUNT)
        engine = database.engine.execution_options(isolation_level="AUTOCOMMIT")
        async with engine.connect() as connection:
            await connection.execute(insert(Author).values(name="Ada"))
        async with database.session() as session:
            assert await session.scalar(COUNT) == 1


async def test_a_savepoint_after_a_read_is_part_of_a_write(tmp_path: Path) -> None:
    async with Database(file_url(tmp_path)) as database:
        await database.create_all(Base.metadata)
        async with database.session() as session:
            await session.scalar(COUNT)
            async with database.begin() as writer:
                writer.add(Author(name="Ada"))
            async with session.begin_nested():
                session.add(Author(name="Grace"))
            await session.commit()
        async with database.session() as later:
            assert await later.scalar(COUNT) == 2


async def test_many_first_connections_at_once_open_a_new_file(tmp_path: Path) -> None:
    async with Database(file_url(tmp_path), pool_size=32) as database:
        ready = asyncio.Barrier(32)

        async def connect() -> object:
            async with database.session() as session:
                answer = await session.scalar(select(1))
                await ready.wait()
                return answer

        assert await asyncio.gather(*(connect() for _ in range(32))) == [1] * 32


async def test_autocommit_begins_no_transaction(tmp_path: Path) -> None:
    async with Database(file_url(tmp_path)) as database:
        engine = database.engine.execution_options(isolation_level="AUTOCOMMIT")
        async with engine.connect() as connection:
            await connection.execute(text("CREATE TABLE kept (id INTEGER)"))
            await connection.rollback()
        async with database.session() as session:
            await session.execute(text("INSERT INTO kept VALUES (1)"))
            await session.rollback()

            assert await session.scalar(text("SELECT count(*) FROM kept")) == 0


async def test_a_named_database_in_memory_is_shared_by_all_who_name_it() -> None:
    url = "sqlite+aiosqlite:///file:library?mode=memory&cache=shared&uri=true"
    async with Database(url) as one, Database(url) as two:
        await one.create_all(Base.metadata)
        async with one.begin() as session:
            session.add(Author(name="Ada"))
        async with two.session() as session:
            assert await session.scalar(COUNT) == 1


async def test_a_database_in_memory_survives_the_loss_of_its_folder() -> None:
    async with Database(MEMORY[0]) as database:
        await database.create_all(Base.metadata)
        shutil.rmtree(Path(database.engine.url.database or "").parent)
        await database.dispose()
        await database.create_all(Base.metadata)


async def test_a_cancelled_transaction_gives_its_lock_back_at_once(tmp_path: Path) -> None:
    async with Database(file_url(tmp_path), busy_timeout=0.2) as database:
        await database.create_all(Base.metadata)
        written, error = asyncio.Event(), None

        async def write() -> None:
            async with database.session() as session:
                await session.execute(insert(Author).values(name="Ada"))
                written.set()
                await session.execute(ENDLESS)

        writing = asyncio.create_task(write())
        await written.wait()
        await asyncio.sleep(0)
        writing.cancel()
        try:
            await writing
        except asyncio.CancelledError as cancelled:
            # Its traceback keeps the cursor alive.
            error = cancelled
        async with database.begin() as session:
            session.add(Author(name="Grace"))

    assert error is not None


def test_a_file_that_cannot_be_opened_leaves_no_thread_behind(tmp_path: Path) -> None:
    async def connect() -> None:
        async with Database(file_url(tmp_path / "nowhere")) as database:
            with pytest.raises(OperationalError):
                await database.create_all(Base.metadata)

    before = threading.active_count()
    # The event loop is closed at once, when a thread that still stops would have nobody to tell.
    asyncio.run(connect())

    assert threading.active_count() <= before


async def test_a_wait_for_a_lock_is_given_up_with_its_task(tmp_path: Path) -> None:
    url = file_url(tmp_path)
    async with (
        Database(url, busy_timeout=30) as holder,
        Database(url, busy_timeout=30) as other,
        holder.begin() as holding,
    ):
        await holding.execute(text("SELECT 1"))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3), other.begin() as waiting:
                await waiting.execute(text("SELECT 1"))
        assert other._farewells is not None
        await other._farewells.settled(10)

        assert other._farewells.pending == 0
