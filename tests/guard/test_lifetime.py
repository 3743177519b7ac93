"""Law 4: a session does not outlive its block (FM-10)."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.ext.asyncio import async_sessionmaker

from taskbound import Database, LostWrites, SessionClosed, TaskSession
from tests.here import here
from tests.library import Author


async def test_a_session_used_after_its_block_names_both_lines(library: Database) -> None:
    closed = here(+1)
    async with library.session() as session:
        await session.scalar(select(1))

    with pytest.raises(SessionClosed) as caught:
        await session.scalar(select(1))
    used = here(-1)

    assert str(caught.value) == (
        f"scalar() was called at {used} on a session that was closed at {closed}; open a new one "
        "where the work is done: async with db.session() (or your factory) as session; to use a "
        "session again, end its work with reset() (TB103, docs/errors/TB103.md)"
    )
    assert isinstance(caught.value, InvalidRequestError)
    assert library.statistics().checked_out == 0


async def test_close_names_its_own_line(library: Database) -> None:
    session = library.session()
    await session.close()
    closed = here(-1)

    with pytest.raises(SessionClosed) as caught:
        await session.get(Author, 1)

    assert str(caught.value.closed_place) == closed


async def test_nothing_can_be_added_to_a_closed_session(library: Database) -> None:
    async with library.session() as session:
        pass

    with pytest.raises(SessionClosed):
        session.add(Author(name="Grace"))


@pytest.mark.parametrize("operation", ["commit", "rollback", "flush", "reset"])
async def test_a_closed_session_has_no_work_to_end(library: Database, operation: str) -> None:
    session = library.session()
    await session.close()

    with pytest.raises(SessionClosed):
        await getattr(session, operation)()


async def test_closing_twice_does_nothing(library: Database) -> None:
    async with library.session() as session:
        await session.scalar(select(1))
        await session.close()
    await session.close()

    assert library.statistics().checked_out == 0


async def test_reset_ends_the_work_of_a_session_that_goes_on(library: Database) -> None:
    async with library.session() as session:
        session.add(Author(id=2, name="never stored"))
        await session.flush()
        await session.reset()

        assert await session.get(Author, 2) is None


@pytest.mark.parametrize("ending", ["close", "invalidate", "block"])
async def test_a_session_that_was_asked_to_goes_on_after_its_close(
    library: Database, ending: str
) -> None:
    sessions = async_sessionmaker(library.engine, class_=TaskSession, close_resets_only=True)
    session = sessions()
    async with session.begin():
        session.add(Author(id=2, name="Grace", biography="long"))
    if ending == "block":
        async with session:
            await session.get(Author, 2)
    else:
        await getattr(session, ending)()

    assert library.statistics().checked_out == 0
    assert await session.get(Author, 2) is not None
    await session.close()
    assert library.statistics().checked_out == 0


async def test_a_session_that_goes_on_after_its_close_still_loses_nothing_there(
    library: Database,
) -> None:
    session = TaskSession(library.engine, close_resets_only=True)
    session.add(Author(id=2, name="Grace", biography="long"))

    with pytest.raises(LostWrites):
        await session.close()


async def test_sqlalchemy_s_word_for_a_final_close_leaves_it_final(library: Database) -> None:
    session = TaskSession(library.engine, close_resets_only=False)
    await session.close()

    with pytest.raises(SessionClosed):
        await session.get(Author, 1)
