"""Forests and inheritance drawn at random, against what is known of them."""

from __future__ import annotations

from typing import Any

import hypothesis
import pytest
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from taskbound import Database, TaskSession
from tests.truth.kin import (
    FIGURES,
    PETS,
    Ancestry,
    AnyFigure,
    AnyPet,
    Base,
    Board,
    BoardRead,
    Cat,
    Category,
    Circle,
    Dog,
    Figure,
    Pet,
    Square,
    TwoLevels,
    WholeTree,
)
from tests.truth.tape import Tape
from tests.truth.ways import STRATEGIES

drawn_at_random = hypothesis.settings(
    max_examples=30,
    deadline=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)
tapes = st.binary(min_size=60, max_size=60).map(Tape)


@pytest.fixture
async def kin(database: Database) -> Database:
    """The test's database with the tables of these models."""
    await database.create_all(Base.metadata)
    return database


@drawn_at_random
@hypothesis.given(parents=st.lists(st.integers(0, 30), max_size=30))
async def test_a_forest_is_read_as_deep_as_it_is_asked_for(
    kin: Database, parents: list[int]
) -> None:
    # Each node is below one that was there before it, or below none.
    above = {number: at % number for number, at in enumerate(parents, 1)}

    async with kin.session() as session:
        for number, parent in above.items():
            session.add(Category(id=number, name=f"n{number}", parent_id=parent or None))
            await session.flush()
        session.expunge_all()
        await assert_trees(session, above)
        await session.rollback()


async def assert_trees(session: TaskSession, above: dict[int, int]) -> None:
    """Compare what is read of a forest with what is known of it."""
    statement = select(Category).order_by(Category.id)
    roots = session.project(WholeTree, statement.where(Category.parent_id.is_(None)))
    assert await roots.all() == [whole(above, number) for number in above if not above[number]]
    everything = await session.project(WholeTree, statement).all()
    assert everything == [whole(above, number) for number in above]
    for children in STRATEGIES:
        found = await session.project(TwoLevels, statement, children=children).all()
        assert found == [two_levels(above, number, 2) for number in above]
    assert await session.project(Ancestry, statement).all() == [
        ancestry(above, number, 3) for number in above
    ]


def whole(above: dict[int, int], number: int) -> WholeTree:
    """All that is below a node, the youngest first."""
    below = [whole(above, child) for child in reversed(above) if above[child] == number]
    return WholeTree(id=number, name=f"n{number}", children=below)


def two_levels(above: dict[int, int], number: int, levels: int) -> TwoLevels:
    """What is below a node, so many levels deep."""
    children = [child for child in reversed(above) if above[child] == number] if levels else []
    return TwoLevels(number, [two_levels(above, child, levels - 1) for child in children])


def ancestry(above: dict[int, int], number: int, levels: int) -> Ancestry:
    """What is above a node, so many levels high."""
    parent = above[number] if levels else 0
    return Ancestry(f"n{number}", ancestry(above, parent, levels - 1) if parent else None)


@drawn_at_random
@hypothesis.given(tape=tapes)
async def test_objects_of_several_classes_are_read_each_as_its_own_dto(
    kin: Database, tape: Tape
) -> None:
    async with kin.session() as session:
        session.add_all(drawn_objects(tape))
        await session.flush()
        async with AsyncSession(await session.connection()) as plain:
            figures = list(await plain.scalars(select(Figure).order_by(Figure.id)))
            pets = list(await plain.scalars(select(Pet).order_by(Pet.id)))
            expected = await plain.run_sync(lambda _: [as_dto(one) for one in [*figures, *pets]])
        await assert_kin(session, expected[: len(figures)], expected[len(figures) :])
        await assert_boards(session, figures, pets)
        await session.rollback()


async def assert_kin(session: TaskSession, figures: list[Any], pets: list[Any]) -> None:
    """Compare objects that are asked for themselves."""
    found = await session.project(AnyFigure, select(Figure).order_by(Figure.id)).all()
    assert found == figures
    found = await session.project(AnyPet, select(Pet).order_by(Pet.id)).all()
    assert found == pets


async def assert_boards(session: TaskSession, figures: list[Figure], pets: list[Pet]) -> None:
    """Compare objects that are children."""
    expected = [
        BoardRead(
            board,
            [as_dto(one) for one in reversed(figures) if one.board_id == board],
            tuple(as_dto(one) for one in pets if one.board_id == board),
        )
        for board in (1, 2)
    ]
    for children in STRATEGIES:
        query = session.project(BoardRead, select(Board).order_by(Board.id), children=children)
        assert await query.all() == expected


def drawn_objects(tape: Tape) -> list[Any]:
    """Two boards, and what stands on them or nowhere."""
    found: list[Any] = [Board(id=1), Board(id=2)]
    for number in range(1, tape.below(7) + 1):
        board = tape.one_of((1, 2, None))
        kind: Any = tape.one_of((Figure, Circle, Square))
        values: dict[str, Any] = {"radius": number / 3} if kind is Circle else {}
        values |= {"side": number} if kind is Square else {}
        found.append(kind(id=number, board_id=board, **values))
    for number in range(1, tape.below(7) + 1):
        board = tape.one_of((1, 2, None))
        name = tape.one_of((None, "", "Rex"))
        bark, lives = tape.one_of((None, "wow")), tape.one_of((None, 0, 7))
        dog = tape.chance(50)
        values = {"bark": bark} if dog else {"lives": lives}
        found.append((Dog if dog else Cat)(id=number, board_id=board, name=name, **values))
    return found


def as_dto(entity: Any) -> Any:
    """The DTO of an entity's own class."""
    dto = PETS.get(type(entity)) or FIGURES[type(entity)]
    names = dto.model_fields if type(entity) in PETS else dto.__struct_fields__
    return dto(**{name: getattr(entity, name) for name in names})
