"""A relationship that is used, or that no load was asked for, is not told (FM-17)."""

from __future__ import annotations

import copy
import pickle
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import (
    InstrumentedAttribute,
    Mapper,
    Session,
    contains_eager,
    lazyload,
    noload,
    selectinload,
)

from taskbound import Database, Finding, TaskSession
from tests.guard.loads import EVERY, WITH_LINES, Line, Order, Untouched, fill, said


@pytest.fixture
async def shop() -> AsyncIterator[Database]:
    """Orders 1 and 2 with three lines and a customer between them, where the watch is on."""
    async with Database("sqlite+aiosqlite://", guard={"TB207": "observe"}) as database:
        await fill(database)
        yield database


async def read_on_one(session: TaskSession) -> None:
    orders = (await session.scalars(WITH_LINES)).all()
    assert len(orders[-1].lines) == 1


async def read_after_the_close(session: TaskSession) -> None:
    orders = (await session.scalars(WITH_LINES)).all()
    await session.close()
    assert [len(order.lines) for order in orders] == [2, 1]


async def read_by_awaitable_attrs(session: TaskSession) -> None:
    for order in await session.scalars(WITH_LINES):
        await order.awaitable_attrs.lines


async def read_after_a_commit(session: TaskSession) -> None:
    orders = (await session.scalars(WITH_LINES)).all()
    await session.commit()
    assert orders[0].lines


async def read_in_another_call_of_the_line(session: TaskSession) -> None:
    for turn in range(2):
        orders = (await session.scalars(WITH_LINES)).all()
        if turn == 0:
            assert orders[0].lines
        session.expunge_all()


async def used_to_filter(session: TaskSession) -> None:
    joined = EVERY.join(Order.lines).where(Line.id == 1).options(contains_eager(Order.lines))
    (await session.scalars(joined)).unique().all()


async def found_nothing(session: TaskSession) -> None:
    await session.scalars(WITH_LINES.where(Order.id == 7))


async def loaded_lazily(session: TaskSession) -> None:
    for order in await session.scalars(EVERY):
        await session.refresh(order, ["lines"])


async def left_empty(session: TaskSession) -> None:
    await session.scalars(EVERY.options(lazyload("*"), noload(Order.lines)))


async def only_counted(session: TaskSession) -> None:
    await session.scalar(select(func.count()).select_from(Order))


async def replaced(session: TaskSession) -> None:
    order = (await session.scalars(WITH_LINES)).all()[0]
    order.lines = []
    session.expunge_all()


async def changed_from_the_other_side(session: TaskSession) -> None:
    orders = (await session.scalars(WITH_LINES)).all()
    session.add(Line(id=9, order=orders[0]))
    await session.flush()
    await session.rollback()


async def deleted(session: TaskSession) -> None:
    for line in await session.scalars(select(Line).options(selectinload(Line.notes))):
        await session.delete(line)
    await session.flush()
    await session.rollback()


async def pickled(session: TaskSession) -> None:
    stored = pickle.dumps((await session.scalars(WITH_LINES)).all())
    orders = pickle.loads(stored)
    assert len(orders[0].lines) == 2


async def copied(session: TaskSession) -> None:
    order = (await session.scalars(WITH_LINES)).all()[0]
    assert copy.copy(order).lines


async def merged(session: TaskSession) -> None:
    await session.merge(Order(id=1, number=5))
    await session.rollback()


async def merged_from_a_cache(session: TaskSession) -> None:
    cached = (await session.scalars(WITH_LINES)).all()
    session.expunge_all()
    orders = [await session.merge(order, load=False) for order in cached]
    assert len(orders[0].lines) == 2


async def merged_with_what_is_in_it(session: TaskSession) -> None:
    nested = EVERY.options(selectinload(Order.lines).selectinload(Line.notes))
    cached = (await session.scalars(nested)).all()
    session.expunge_all()
    for order in cached:
        await session.merge(order)
    await session.rollback()


async def merged_all(session: TaskSession) -> None:
    def merge_all(inner: Session) -> None:
        # It came with SQLAlchemy 2.1.
        if hasattr(inner, "merge_all"):
            inner.merge_all([Order(id=1, number=5), Order(id=2, number=5)])

    await session.run_sync(merge_all)
    await session.rollback()


async def linked_back(session: TaskSession) -> None:
    for order in await session.scalars(WITH_LINES):
        assert all(type(line) is Line for line in order.lines)


async def appended_to(session: TaskSession) -> None:
    order = (await session.scalars(WITH_LINES)).all()[0]
    order.lines.append(Line(id=77))
    session.expunge_all()


async def updated_in_bulk(session: TaskSession) -> None:
    held = (await session.scalars(EVERY)).all()
    await session.execute(update(Order).values(number=Order.number + 1))
    await session.rollback()
    assert len(held) == 2


async def new(session: TaskSession) -> None:
    session.add(Order(id=5, lines=[Line(id=50)]))
    await session.flush()
    await session.rollback()


async def in_run_sync(session: TaskSession) -> None:
    def numbers(inner: Session) -> list[int]:
        return [len(order.lines) for order in inner.scalars(WITH_LINES)]

    assert await session.run_sync(numbers) == [2, 1]


@pytest.mark.filterwarnings("ignore:.*noload:DeprecationWarning")
@pytest.mark.parametrize(
    "work",
    [
        read_on_one,
        read_after_the_close,
        read_by_awaitable_attrs,
        read_after_a_commit,
        read_in_another_call_of_the_line,
        used_to_filter,
        found_nothing,
        loaded_lazily,
        left_empty,
        only_counted,
        replaced,
        changed_from_the_other_side,
        deleted,
        pickled,
        copied,
        merged,
        merged_from_a_cache,
        merged_with_what_is_in_it,
        merged_all,
        linked_back,
        appended_to,
        updated_in_bulk,
        new,
        in_run_sync,
    ],
)
async def test_what_is_used_or_was_no_eager_load_is_silent(
    shop: Database, findings: list[Finding], work: Callable[[TaskSession], Awaitable[None]]
) -> None:
    async with shop.session() as session:
        await work(session)

    assert said(findings) == []


async def test_objects_that_outlive_everything_are_not_told(
    shop: Database, findings: list[Finding]
) -> None:
    async with shop.session() as session:
        _KEPT.extend((await session.scalars(WITH_LINES)).all())

    assert said(findings) == []
    assert _KEPT.pop().lines


_KEPT: list[Order] = []


async def test_a_watched_attribute_works_as_before(shop: Database) -> None:
    async with shop.session() as session:
        order = (await session.scalars(WITH_LINES)).all()[0]
        found = await session.scalar(select(Order.id).where(Order.lines.any(Line.id == 3)))

    assert found == 2
    assert isinstance(Order.lines, InstrumentedAttribute)
    assert Order.lines.__doc__ is InstrumentedAttribute.__doc__ or Order.lines.__doc__ is None
    assert [line.id for line in order.lines] == [1, 2]


@pytest.mark.parametrize("guard", [True, False, "observe", "raise", {"TB2": "warn"}])
async def test_nothing_is_looked_for_unless_the_code_is_named(
    shop: Database, findings: list[Finding], guard: Any
) -> None:
    nested = select(Untouched).options(selectinload(Untouched.children))
    async with shop.begin(), shop.session(guard=guard) as session:
        await session.scalars(nested)

    assert said(findings) == []
    assert type(Untouched.children) is InstrumentedAttribute
    assert not hasattr(session.sync_session, "eager")


async def test_reads_that_nobody_asked_to_watch_are_sqlalchemys_own(shop: Database) -> None:
    async with shop.session() as session:
        await session.scalars(WITH_LINES)

    assert type(Order.id) is InstrumentedAttribute
    assert type(Untouched.children) is InstrumentedAttribute
    assert isinstance(Order.__mapper__, Mapper)
