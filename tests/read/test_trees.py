"""Trees of unknown depth, one statement a level."""

from __future__ import annotations

import pickle
from typing import Annotated

import msgspec
import pytest
from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from taskbound import CyclicTree, Database, Tree


class Base(DeclarativeBase):
    pass


class Shelf(Base):
    __tablename__ = "shelf"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("shelf.id"))
    shelves: Mapped[list[Shelf]] = relationship(order_by="Shelf.id")


class ShelfRead(msgspec.Struct):
    id: int
    shelves: Annotated[list[ShelfRead], Tree()] = []


@pytest.fixture
async def shelves(database: Database) -> Database:
    await database.create_all(Base.metadata)
    async with database.begin() as session:
        session.add_all([Shelf(id=1), Shelf(id=9)])
        await session.flush()
        session.add_all([Shelf(id=2, parent_id=1), Shelf(id=3, parent_id=1)])
        await session.flush()
        session.add(Shelf(id=4, parent_id=3))
    return database


async def test_a_tree_is_read_to_its_last_level(shelves: Database) -> None:
    roots = select(Shelf).where(Shelf.parent_id.is_(None)).order_by(Shelf.id)

    assert await shelves.project(ShelfRead, roots).all() == [
        ShelfRead(1, [ShelfRead(2), ShelfRead(3, [ShelfRead(4)])]),
        ShelfRead(9),
    ]


async def test_a_node_may_be_asked_for_beside_the_one_above_it(shelves: Database) -> None:
    some = select(Shelf).where(Shelf.id.in_((1, 3))).order_by(Shelf.id)

    found = await shelves.project(ShelfRead, some).all()

    assert found == [
        ShelfRead(1, [ShelfRead(2), ShelfRead(3, [ShelfRead(4)])]),
        ShelfRead(3, [ShelfRead(4)]),
    ]


async def test_a_row_among_its_own_descendants_is_told(shelves: Database) -> None:
    async with shelves.begin() as session:
        (await session.get_one(Shelf, 1)).parent_id = 4

    with pytest.raises(CyclicTree) as caught:
        await shelves.project(ShelfRead, select(Shelf).where(Shelf.id == 1)).one()

    assert str(caught.value) == (
        "The row 1 is among its own descendants by Shelf.shelves; correct the data, or read so many "
        "levels with Depth(...) (TB515, docs/errors/TB515.md)"
    )
    again = pickle.loads(pickle.dumps(caught.value))
    assert (again.relation, again.key) == ("Shelf.shelves", 1)
    assert shelves.statistics().checked_out == 0
