"""What the filters of a statement do not reach is refused."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy
from sqlalchemy import case, delete, event, exists, func, insert, select, text, union_all
from sqlalchemy.orm import (
    ORMExecuteState,
    aliased,
    join,
    selectinload,
    with_expression,
    with_loader_criteria,
)

from taskbound import Database, PastFilter, TaskSession
from tests.filters.models import Author, Base, Book, Catalogue, Copy, Genre, Shelf

BOOKS = Base.metadata.tables["books"]
AROUND: dict[str, Any] = {
    "a table": select(BOOKS),
    "a column of a table": select(BOOKS.c.id),
    "an alias of a table": select(BOOKS.alias()),
    "a table in a subquery": select(Shelf).where(Shelf.id.in_(select(BOOKS.c.shelf_id))),
    "a table in a subquery of its class": select(Book).where(
        Book.id.in_(select(BOOKS.c.id).correlate(None))
    ),
    "a table that is joined": select(Shelf.id).join(BOOKS, BOOKS.c.shelf_id == Shelf.id),
    "a table in a common table": select(select(BOOKS).cte()),
    "a table in a union": union_all(select(Book.id), select(BOOKS.c.id)),
    "a table in a scalar": select(select(func.count(BOOKS.c.id)).scalar_subquery()),
    "a table in exists()": select(exists().where(BOOKS.c.id == 14)),
    "a table that is not correlated": select(
        Book.id, select(func.count(BOOKS.c.id)).correlate(None).scalar_subquery()
    ),
    "a class over a table": select(aliased(Book, select(BOOKS).subquery())),
    "a column that is a subquery over a table": select(Catalogue),
    "text that a class is read from": select(Book).from_statement(text("SELECT * FROM books")),
    "a table that was joined before": select(Shelf)
    .join(BOOKS, BOOKS.c.shelf_id == Shelf.id)
    .with_only_columns(func.count()),
    "a table in ORDER BY": select(Shelf.id).order_by(
        select(func.max(BOOKS.c.id)).scalar_subquery()
    ),
    "a class in a FULL JOIN": select(Shelf.id).outerjoin(Shelf.books, full=True),
    "the second class of an expression": select(case((Book.id > 0, Shelf.id), else_=0)).select_from(
        Shelf
    ),
    "a class in a window": select(func.max(Book.id).over()),
    "a class in the filter of an aggregate": select(func.max(Shelf.id).filter(Book.id == 14)),
    "a class in a window of a union": union_all(
        select(func.max(Book.id).over(order_by=Book.pages)), select(Book.id)
    ),
    "a class in a window in a subquery": select(Shelf.id).where(
        Shelf.id.in_(select(func.min(Book.shelf_id).over()))
    ),
    "a class in the list of an IN": select(Shelf.id).where(Shelf.id.in_([Book.shelf_id])),
    "a table in what is loaded with": select(Shelf).options(
        with_expression(Shelf.told, select(func.count(BOOKS.c.id)).scalar_subquery())
    ),
    "a class in what is loaded with": select(Shelf).options(
        with_expression(Shelf.told, select(func.count(Book.id)).scalar_subquery())
    ),
    "a table in criteria": select(Shelf).options(
        with_loader_criteria(Shelf, lambda cls: cls.id.in_(select(BOOKS.c.shelf_id)))
    ),
    "a table in the criteria of a loader": select(Genre).options(
        selectinload(Genre.books.and_(exists(select(BOOKS.c.id).where(BOOKS.c.id == 14))))
    ),
}


@pytest.mark.parametrize("name", AROUND)
async def test_what_filters_do_not_reach_is_refused(session: TaskSession, name: str) -> None:
    with pytest.raises(PastFilter) as caught:
        await session.execute(AROUND[name])

    assert caught.value.model == "Book"
    assert "does not reach books" in caught.value.reason


async def test_the_message_says_what_to_name(session: TaskSession) -> None:
    with pytest.raises(PastFilter) as caught:
        await session.execute(select(BOOKS))

    assert str(caught.value) == (
        "the filter tenant of Book does not reach books where the table is named instead of the class; "
        'name the class, or leave the filter out by unfiltered("tenant") '
        "(TB605, docs/errors/TB605.md)"
    )


async def test_a_class_in_a_join_that_was_made_before_is_refused(session: TaskSession) -> None:
    statement = select(Shelf.id).select_from(join(Shelf, Book, Book.shelf_id == Shelf.id))

    with pytest.raises(PastFilter) as caught:
        await session.execute(statement)
    assert caught.value.cure.startswith("join it with Select.join()")


async def test_a_class_in_a_window_is_filtered_where_it_is_named(session: TaskSession) -> None:
    last = select(func.max(Book.id).over()).select_from(Book)

    assert (await session.scalars(last)).all() == [13, 13, 13]


async def test_a_condition_on_a_relation_is_filtered_or_refused(session: TaskSession) -> None:
    def author_of(key: int) -> Any:
        return select(Author.id).where(Author.books.any(Book.id == key))

    if sqlalchemy.__version__.startswith("2.0."):
        with pytest.raises(PastFilter, match="does not reach books"):
            await session.scalar(author_of(13))
        return

    assert await session.scalar(author_of(14)) is None
    assert await session.scalar(author_of(13)) == 10
    assert await session.scalar(select(Copy.id).where(Copy.book.has(Book.id == 21))) is None


async def test_a_class_that_is_named_in_conditions_alone_is_filtered_or_refused(
    session: TaskSession,
) -> None:
    number = select(func.count()).where(Book.id.in_([11, 14, 21]))
    if sqlalchemy.__version__.startswith("2.0."):
        with pytest.raises(PastFilter, match="does not reach books inside an expression"):
            await session.scalar(number)
        with pytest.raises(PastFilter, match="does not reach books inside an expression"):
            await session.scalar(select(exists().where(Book.id == 14)))
        return

    assert await session.scalar(number) == 1
    assert await session.scalar(select(exists().where(Book.id == 14))) is False


@pytest.mark.parametrize(
    "writing",
    [
        delete(Book).returning(Book.id),
        delete(BOOKS).returning(BOOKS.c.id),
        insert(Book).values(title="x", tenant_id=2).returning(Book.id),
        insert(BOOKS).values(title="x", tenant_id=2).returning(BOOKS.c.id),
    ],
    ids=["delete", "delete of a table", "insert", "insert of a table"],
)
async def test_a_statement_that_writes_within_another_is_refused(
    session: TaskSession, writing: Any
) -> None:
    within = writing.cte()
    for statement in (
        select(within.c.id),
        select(Shelf.id).add_cte(within),
        insert(Genre).values(name="x").add_cte(within),
        delete(Genre).add_cte(within),
    ):
        with pytest.raises(PastFilter) as caught:
            await session.execute(statement)
        assert caught.value.filter in {"tenant", "soft_delete"}


async def test_a_second_class_inside_an_expression_is_refused(session: TaskSession) -> None:
    with pytest.raises(PastFilter) as caught:
        await session.execute(select(Shelf.id + Book.id))

    assert caught.value.cure.startswith("name the class in select_from() or join()")
    joined = select(func.sum(Shelf.id * Book.id)).join(Shelf.books)
    assert await session.scalar(joined) == 11 + 12 + 13


async def test_all_of_it_is_let_in_where_the_filters_are_left_out(library: Database) -> None:
    async with library.unfiltered("soft_delete", "tenant").session() as session:
        for statement in AROUND.values():
            await session.execute(statement)


async def test_a_listener_does_not_get_past_filters(session: TaskSession) -> None:
    def replace(state: ORMExecuteState) -> None:
        state.statement = select(Book.id).where(Book.id.in_([11, 14, 21]))

    event.listen(session.sync_session, "do_orm_execute", replace)

    assert (await session.scalars(select(Shelf.id))).all() == [11]


async def test_a_listener_may_ask_again(session: TaskSession) -> None:
    def again(state: ORMExecuteState) -> Any:
        return state.invoke_statement(select(Book.id).where(Book.id.in_([11, 14, 21])))

    event.listen(session.sync_session, "do_orm_execute", again)

    assert (await session.scalars(select(Shelf.id))).all() == [11]


async def test_sql_that_has_nothing_to_do_with_filters_is_let_in(library: Database) -> None:
    async with library.session() as session:
        assert await session.scalar(select(1)) == 1
        assert await session.scalar(text("SELECT :two"), {"two": 2}) == 2
        assert await session.scalar(select(text("2")).select_from(text("shelves"))) == 2
        assert await session.scalar(select(Shelf.name)) == "first"
