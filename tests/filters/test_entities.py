"""Entities are the rows of the session's tenant that are not deleted, on every way to them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import sqlalchemy
from sqlalchemy import (
    case,
    delete,
    event,
    exists,
    func,
    insert,
    lambda_stmt,
    select,
    text,
    union_all,
)
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import (
    Bundle,
    ORMExecuteState,
    Session,
    aliased,
    defer,
    immediateload,
    join,
    joinedload,
    make_transient_to_detached,
    selectin_polymorphic,
    selectinload,
    subqueryload,
    with_expression,
    with_loader_criteria,
    with_polymorphic,
)

from taskbound import Database, PastFilter, TaskSession
from tests.filters.models import (
    Author,
    Base,
    Book,
    Catalogue,
    Copy,
    Device,
    Genre,
    Item,
    Paper,
    Reader,
    Shelf,
)

Path = Callable[[TaskSession], Awaitable[list[int]]]

ALL = select(Book).order_by(Book.id)
EVERY = range(1, 30)


async def selected(session: TaskSession) -> list[int]:
    return [book.id for book in await session.scalars(ALL)]


async def selected_columns(session: TaskSession) -> list[int]:
    return [row[0] for row in await session.execute(select(Book.id).order_by(Book.id))]


async def a_bundle(session: TaskSession) -> list[int]:
    statement: Any = select(Bundle("book", Book.id, Book.title)).order_by(Book.id)
    return [row[0].id for row in await session.execute(statement)]


async def gotten(session: TaskSession) -> list[int]:
    return [book.id for key in EVERY if (book := await session.get(Book, key))]


async def gotten_anew(session: TaskSession) -> list[int]:
    found = [await session.get(Book, key, populate_existing=True) for key in EVERY]
    return [book.id for book in found if book]


async def gotten_with_a_lock(session: TaskSession) -> list[int]:
    found = [await session.get(Book, key, with_for_update=True) for key in EVERY]
    return [book.id for book in found if book]


async def merged(session: TaskSession) -> list[int]:
    with session.no_autoflush:
        found = [await session.merge(Book(id=key, title="x")) for key in EVERY]
    held = [book.id for book in found if book not in session.new]
    session.expunge_all()
    return held


async def queried(session: TaskSession) -> list[int]:
    def query(sync: Session) -> list[int]:
        return [book.id for book in sync.query(Book).order_by(Book.id)]

    return await session.run_sync(query)


async def streamed(session: TaskSession) -> list[int]:
    return [book.id async for book in await session.stream_scalars(ALL)]


async def a_lambda(session: TaskSession) -> list[int]:
    return [book.id for book in await session.scalars(lambda_stmt(lambda: ALL))]


async def an_alias(session: TaskSession) -> list[int]:
    book = aliased(Book)
    return [found.id for found in await session.scalars(select(book).order_by(book.id))]


async def from_statement(session: TaskSession) -> list[int]:
    return [book.id for book in await session.scalars(select(Book).from_statement(ALL))]


async def from_a_union(session: TaskSession) -> list[int]:
    both = union_all(select(Book).where(Book.id < 20), select(Book).where(Book.id > 20))
    return [book.id for book in await session.scalars(select(Book).from_statement(both))]


async def a_union(session: TaskSession) -> list[int]:
    both = union_all(select(Book.id).where(Book.id < 20), select(Book.id).where(Book.id > 20))
    return sorted(await session.scalars(both))


async def a_common_table(session: TaskSession) -> list[int]:
    books = select(Book.id).cte("found")
    return sorted(await session.scalars(select(books.c.id)))


async def a_recursive_table(session: TaskSession) -> list[int]:
    line = select(Book.id).where(Book.first_id.is_(None)).cte("line", recursive=True)
    line = line.union_all(select(Book.id).join(line, Book.first_id == line.c.id))
    return sorted(await session.scalars(select(line.c.id)))


async def a_subquery(session: TaskSession) -> list[int]:
    books = select(Book).subquery()
    return sorted(await session.scalars(select(books.c.id)))


async def joined(session: TaskSession) -> list[int]:
    return sorted(await session.scalars(select(Book.id).select_from(Shelf).join(Shelf.books)))


async def joined_outside(session: TaskSession) -> list[int]:
    statement = select(Book.id).select_from(Shelf).outerjoin(Shelf.books)
    return sorted(found for found in await session.scalars(statement) if found)


async def joined_by_a_condition(session: TaskSession) -> list[int]:
    statement = select(Book.id).select_from(Shelf).join(Book, Book.shelf_id == Shelf.id)
    return sorted(await session.scalars(statement))


async def joined_by_way_of_a_table(session: TaskSession) -> list[int]:
    statement = select(Book.id).select_from(Genre).join(Genre.books).where(Genre.id == 1)
    return sorted(await session.scalars(statement))


async def that_exist(session: TaskSession) -> list[int]:
    def found(key: int) -> Any:
        return select(select(Book.id).where(Book.id == key).exists())

    return [key for key in EVERY if await session.scalar(found(key))]


async def that_are_counted(session: TaskSession) -> list[int]:
    def number(key: int) -> Any:
        return select(func.count()).select_from(Book).where(Book.id == key)

    return [key for key in EVERY if await session.scalar(number(key))]


async def that_a_function_finds(session: TaskSession) -> list[int]:
    def found(key: int) -> Any:
        one = select(Book.id).where(Book.id == key).scalar_subquery()
        return func.coalesce(one, 0)

    return [key for key in EVERY if await session.scalar(found(key))]


async def loaded_lazily(session: TaskSession) -> list[int]:
    def load(sync: Session) -> list[int]:
        shelf = sync.get_one(Shelf, 1)
        return [book.id for book in shelf.books]

    return await session.run_sync(load)


async def loaded_by_a_refresh(session: TaskSession) -> list[int]:
    shelf = await session.get_one(Shelf, 1)
    await session.refresh(shelf, ["books"])
    return [book.id for book in shelf.books]


async def loaded_by_an_awaited_attribute(session: TaskSession) -> list[int]:
    shelf = await session.get_one(Shelf, 1)
    books: list[Book] = await shelf.awaitable_attrs.books
    return [book.id for book in books]


async def loaded_dynamically(session: TaskSession) -> list[int]:
    shelf = await session.get_one(Shelf, 1)
    return await session.run_sync(lambda _: [book.id for book in shelf.asked])


async def loaded_to_be_written(session: TaskSession) -> list[int]:
    shelf = await session.get_one(Shelf, 1)
    return sorted(book.id for book in await session.scalars(shelf.written.select()))


async def counted_by_a_query(session: TaskSession) -> list[int]:
    def found(sync: Session) -> list[int]:
        return [key for key in EVERY if sync.query(Book).filter(Book.id == key).count()]

    return await session.run_sync(found)


async def joined_before_other_columns(session: TaskSession) -> list[int]:
    statement = select(Shelf).join(Shelf.books).with_only_columns(Book.id)
    return sorted(await session.scalars(statement))


async def with_criteria_of_a_subquery(session: TaskSession) -> list[int]:
    def found(key: int) -> Any:
        among = select(Book.shelf_id).where(Book.id == key)
        return select(Shelf.id).options(with_loader_criteria(Shelf, Shelf.id.in_(among)))

    return [key for key in EVERY if await session.scalar(found(key))]


def eagerly(loader: Any) -> Path:
    async def loaded(session: TaskSession) -> list[int]:
        statement = select(Shelf).options(loader(Shelf.books))
        shelf = (await session.scalars(statement)).unique().one()
        return [book.id for book in shelf.books]

    loaded.__name__ = f"loaded_by_{loader.__name__}"
    return loaded


def eagerly_with_get(loader: Any) -> Path:
    async def loaded(session: TaskSession) -> list[int]:
        shelf = await session.get_one(Shelf, 1, options=[loader(Shelf.books)])
        return [book.id for book in shelf.books]

    loaded.__name__ = f"gotten_with_{loader.__name__}"
    return loaded


def eagerly_by_way_of_a_table(loader: Any) -> Path:
    async def loaded(session: TaskSession) -> list[int]:
        crime = await session.get_one(Genre, 1, options=[loader(Genre.books)])
        return [book.id for book in crime.books]

    loaded.__name__ = f"of_a_genre_by_{loader.__name__}"
    return loaded


LOADERS = [selectinload, joinedload, subqueryload, immediateload]
PATHS = pytest.mark.parametrize(
    "path",
    [
        selected,
        selected_columns,
        a_bundle,
        gotten,
        gotten_anew,
        gotten_with_a_lock,
        merged,
        queried,
        streamed,
        a_lambda,
        an_alias,
        from_statement,
        from_a_union,
        a_union,
        a_common_table,
        a_recursive_table,
        a_subquery,
        joined,
        joined_outside,
        joined_by_a_condition,
        joined_by_way_of_a_table,
        that_exist,
        that_are_counted,
        that_a_function_finds,
        loaded_lazily,
        loaded_by_a_refresh,
        loaded_by_an_awaited_attribute,
        loaded_dynamically,
        loaded_to_be_written,
        counted_by_a_query,
        joined_before_other_columns,
        with_criteria_of_a_subquery,
        *map(eagerly, LOADERS),
        *map(eagerly_with_get, LOADERS),
        *map(eagerly_by_way_of_a_table, LOADERS),
    ],
    ids=lambda path: path.__name__,
)


@PATHS
async def test_a_session_sees_the_rows_of_its_tenant_that_are_not_deleted(
    library: Database, path: Path
) -> None:
    async with library.filtered(tenant=1).session() as session:
        assert await path(session) == [11, 12, 13]

    # The same that SQLAlchemy keeps, with another value.
    async with library.filtered(tenant=2).session() as session:
        assert await path(session) == [21, 22, 23]


@PATHS
async def test_without_a_tenant_a_session_sees_nothing(library: Database, path: Path) -> None:
    async with library.session() as session:
        with pytest.raises(PastFilter) as caught:
            await path(session)

        assert caught.value.filter == "tenant"


@PATHS
async def test_a_session_without_a_filter_sees_more(library: Database, path: Path) -> None:
    async with library.filtered(tenant=1).unfiltered("soft_delete").session() as session:
        assert await path(session) == [11, 12, 13, 14]

    async with library.unfiltered("soft_delete", "tenant").session() as session:
        assert await path(session) == [11, 12, 13, 14, 21, 22, 23, 24]


@PATHS
async def test_a_session_without_the_guard_has_the_filters_too(db: Database, path: Path) -> None:
    async with Database.from_engine(db.engine, guard=False).filtered(tenant=1).session() as session:
        assert await path(session) == [11, 12, 13]


async def test_a_relation_to_one_leads_to_no_deleted_row(session: TaskSession) -> None:
    copies = (await session.scalars(select(Copy).options(joinedload(Copy.book)))).all()

    assert [copy.book.id for copy in copies if copy.book] == [11, 12, 13]
    assert [copy.id for copy in copies if copy.book is None] == [141]


@pytest.mark.parametrize("loader", LOADERS)
async def test_each_level_of_a_load_is_filtered(session: TaskSession, loader: Any) -> None:
    books = loader(Shelf.books).options(loader(Book.copies), loader(Book.genres))
    shelf = (await session.scalars(select(Shelf).options(books))).unique().one()

    assert [copy.id for book in shelf.books for copy in book.copies] == [111, 121, 131]
    assert [genre.id for book in shelf.books for genre in book.genres] == [1, 1, 1]


async def test_what_has_expired_is_loaded_of_the_row_itself(session: TaskSession) -> None:
    book = await session.get_one(Book, 11)
    book.mark_deleted()
    await session.flush()
    await session.refresh(book)

    assert book.deleted_at is not None
    assert await session.scalar(select(Book.id).where(Book.id == 11)) is None


async def test_the_classes_of_an_inheritance_are_filtered(session: TaskSession) -> None:
    items = (await session.scalars(select(Item).order_by(Item.id))).all()
    papers = (await session.scalars(select(Paper.id))).all()

    assert [item.id for item in items] == [1, 3]
    assert papers == [1]


@pytest.mark.parametrize(
    "statement",
    [
        select(Device),
        select(Reader),
        select(aliased(Reader, flat=True)),
        select(with_polymorphic(Device, "*")),
        select(Device).options(selectin_polymorphic(Device, [Reader])),
    ],
    ids=["above", "below", "an alias", "with_polymorphic", "selectin_polymorphic"],
)
async def test_the_classes_of_a_joined_inheritance_are_filtered(
    session: TaskSession, statement: Any
) -> None:
    devices = (await session.scalars(statement)).all()

    assert [device.id for device in devices] == [1]
    assert await devices[0].awaitable_attrs.inches == 6


async def test_what_was_put_off_is_loaded(session: TaskSession) -> None:
    book = await session.get_one(Book, 11, options=[defer(Book.title), defer(Book.tenant_id)])

    assert await book.awaitable_attrs.title == "book 1"


@pytest.mark.parametrize("names", [None, ["title"], ["copies"], ["author"]])
async def test_the_row_of_another_tenant_is_not_loaded_by_a_refresh(
    session: TaskSession, names: list[str] | None
) -> None:
    book = Book(id=21)
    make_transient_to_detached(book)
    session.add(book)

    with pytest.raises(InvalidRequestError, match="Could not refresh instance"):
        await session.refresh(book, names)


async def test_the_rest_of_a_row_in_several_tables_is_not_loaded_of_another_tenant(
    library: Database, session: TaskSession
) -> None:
    async with library.filtered(tenant=2).session() as theirs:
        reader = (await theirs.scalars(select(Device))).one()
    session.add(reader)

    with pytest.raises(PastFilter, match="the filter tenant of Reader keeps to rows"):
        await reader.awaitable_attrs.inches


async def test_conditions_see_filtered_rows(session: TaskSession) -> None:
    def author_of(key: int) -> Any:
        books = select(Book.id).where(Book.author_id == Author.id, Book.id == key)
        return select(Author.id).where(books.exists())

    assert await session.scalar(author_of(14)) is None
    assert await session.scalar(author_of(13)) == 10
    assert await session.scalar(select(func.max(Book.pages))) == 300
    assert await session.scalar(select(Shelf.held)) == 3


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
        assert await session.scalar(select(Shelf.name)) == "first"
