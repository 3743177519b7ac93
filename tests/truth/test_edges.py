"""Reads at the edges, where a plan that is right for a few rows may go wrong."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable
from types import GenericAlias
from typing import Annotated, Any

import msgspec
import pytest
from sqlalchemy import CTE, String, Table, case, cast, insert, literal, null, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from taskbound import Database, From
from tests.truth.edges import LONG, WIDTH, Base, Box, Holder, Node, Thing, Wide
from tests.truth.ways import in_each_way

MANY = 100_000


class ThingRead(msgspec.Struct):
    number: int
    name: str | None


class BoxRead(msgspec.Struct):
    hall: int
    shelf: str
    things: list[ThingRead]


class Place(msgspec.Struct):
    hall: int
    shelf: str
    place: int


class PlacedBox(BoxRead):
    place: int


class ThingInBox(msgspec.Struct):
    number: int
    box: BoxRead
    siblings: Annotated[tuple[ThingRead, ...], From("box.things")]
    where: Annotated[Place, From("box")]
    again: Annotated[BoxRead, From("box")]


class Leaf(msgspec.Struct):
    id: int
    name: str


class Family(msgspec.Struct):
    """Six times the same model, on four ways."""

    id: int
    parent: Leaf | None
    other: Leaf | None
    children: list[Leaf]
    siblings: Annotated[list[Leaf], From("parent.children")]
    grandparent: Annotated[Leaf | None, From("parent.parent")]
    name_of_other: Annotated[str | None, From("other.parent.name")]


@pytest.fixture
async def edges(database: Database) -> Database:
    """The test's database with the tables of these models."""
    await database.create_all(Base.metadata)
    return database


async def fill(database: Database, model: Any, rows: Iterable[dict[str, Any]]) -> None:
    """Put rows in, a few thousand at a time."""
    table: Table = model.__table__
    listed = list(rows)
    async with database.begin() as session:
        for start in range(0, len(listed), 5000):
            await session.execute(insert(table), listed[start : start + 5000])


async def fill_boxes(database: Database, things: dict[tuple[int, str, int], int]) -> None:
    """Boxes by their keys, each with so many things."""
    boxes = [{"hall": hall, "shelf": shelf, "place": place} for hall, shelf, place in things]
    await fill(database, Box, boxes)
    await fill(
        database,
        Thing,
        (
            {**box, "number": number, "name": f"thing {number}" if number % 3 else None}
            for box, count in zip(boxes, things.values(), strict=True)
            for number in range(count)
        ),
    )


async def fill_a_box(database: Database, box: tuple[int, str, int]) -> None:
    """Very many things for one box, made by the database itself."""
    # MariaDB counts to a thousand and no further.
    thousands, ones = counted("thousands", MANY // 1000), counted("ones", 1000)
    number = thousands.c.n * 1000 + ones.c.n
    named = literal("thing ").concat(cast(number, String(20)))
    things = select(*map(literal, box), number, case((number % 3 == 0, null()), else_=named))
    things = things.select_from(thousands.join(ones, true()))
    columns = ["hall", "shelf", "place", "number", "name"]
    async with database.begin() as session:
        await session.execute(insert(Thing).from_select(columns, things))


def counted(name: str, end: int) -> CTE:
    """The numbers from 0 on, less than `end`."""
    numbers = select(literal(0).label("n")).cte(name, recursive=True)
    return numbers.union_all(select(numbers.c.n + 1).where(numbers.c.n < end - 1))


async def test_an_object_may_have_a_hundred_thousand_children(edges: Database) -> None:
    await fill_boxes(edges, {(1, "a", 1): 0, (1, "a", 2): 0, (2, "a", 1): 1})
    await fill_a_box(edges, (1, "a", 2))

    statement = select(Box).order_by(Box.hall, Box.place)
    for none, many, one in await in_each_way(edges, BoxRead, statement):
        assert (none.things, one.things) == ([], [ThingRead(0, None)])
        assert [thing.number for thing in many.things] == list(range(MANY))
        assert {thing.name for thing in many.things[::3]} == {None}
        assert many.things[MANY - 2] == ThingRead(MANY - 2, f"thing {MANY - 2}")


async def test_the_json_of_a_hundred_thousand_children_is_whole(edges: Database) -> None:
    await fill_boxes(edges, {(1, "a", 1): 0})
    await fill_a_box(edges, (1, "a", 1))

    body = await edges.project(BoxRead, select(Box)).json()

    (box,) = json.loads(body)
    assert [thing["number"] for thing in box["things"]] == list(range(MANY))


async def test_many_parents_have_their_own_children(edges: Database) -> None:
    things = {(hall, "s", place): (hall * place) % 4 for hall in range(30) for place in range(40)}
    await fill_boxes(edges, things)

    found = await in_each_way(edges, BoxRead, select(Box).order_by(Box.hall, Box.place))

    counted = [[len(box.things) for box in each] for each in found]
    assert counted == [list(things.values())] * 3


async def test_keys_of_three_columns_are_kept_apart(edges: Database) -> None:
    # Two texts put together without care would be the same, and so would 1 and "1".
    things = {(1, "1", 11): 1, (1, "11", 1): 2, (11, "1", 1): 3, (1, "1,1", 1): 0}
    await fill_boxes(edges, things)

    for found in await in_each_way(edges, PlacedBox, Box):
        assert {(box.hall, box.shelf, box.place): len(box.things) for box in found} == things


async def test_one_relation_may_fill_several_fields(edges: Database) -> None:
    await fill_boxes(edges, {(1, "a", 1): 2, (1, "b", 1): 1})

    statement = select(Thing).order_by(Thing.shelf, Thing.number)
    found = await in_each_way(edges, ThingInBox, statement)

    a = BoxRead(1, "a", [ThingRead(0, None), ThingRead(1, "thing 1")])
    b = BoxRead(1, "b", [ThingRead(0, None)])
    expected = [
        ThingInBox(0, a, tuple(a.things), Place(1, "a", 1), a),
        ThingInBox(1, a, tuple(a.things), Place(1, "a", 1), a),
        ThingInBox(0, b, tuple(b.things), Place(1, "b", 1), b),
    ]
    assert found == [expected] * 3


async def test_one_model_may_stand_in_a_dto_many_times(edges: Database) -> None:
    await fill(
        edges,
        Node,
        [
            {"id": 1, "parent_id": None, "other_id": None, "name": "root"},
            {"id": 2, "parent_id": 1, "other_id": 1, "name": "left"},
            {"id": 3, "parent_id": 1, "other_id": 2, "name": "right"},
            {"id": 4, "parent_id": 2, "other_id": 4, "name": "leaf"},
        ],
    )

    statement = select(Node).where(Node.parent.has()).order_by(Node.id)
    found = await in_each_way(edges, Family, statement)

    root, left, right, leaf = (
        Leaf(1, "root"), Leaf(2, "left"), Leaf(3, "right"), Leaf(4, "leaf"),
    )  # fmt: skip
    expected = [
        Family(2, root, root, [leaf], [left, right], None, None),
        Family(3, root, left, [], [left, right], None, "root"),
        Family(4, left, leaf, [], [leaf], root, "left"),
    ]
    assert found == [expected] * 3


async def test_objects_may_be_nested_ten_levels_deep(edges: Database) -> None:
    count = 60
    await fill(
        edges,
        Node,
        (
            {"id": n, "parent_id": n // 2 or None, "other_id": n - 1 or None, "name": f"n{n}"}
            for n in range(1, count)
        ),
    )
    dto = nested(10)

    statement = select(Node).order_by(Node.id)
    found = await in_each_way(edges, dto, statement)
    async with AsyncSession(edges.engine) as plain:
        entities = await plain.run_sync(
            lambda sync: [as_dto(dto, node) for node in sync.scalars(statement)]
        )

    assert found == [entities] * 3


def nested(depth: int) -> Any:
    """A DTO with children and another node by turns, so many levels deep."""
    fields: list[Any] = [("id", int), ("name", str)]
    if depth:
        inner = nested(depth - 1)
        many = GenericAlias(list, (inner,))
        fields.append(("children", many) if depth % 2 else ("other", inner | None))
    return dataclasses.make_dataclass(f"Level{depth}", fields)


def as_dto(dto: Any, node: Any) -> Any:
    """An entity, its relations loaded as they are read."""
    values = {field.name: getattr(node, field.name) for field in dataclasses.fields(dto)}
    for field in dataclasses.fields(dto):
        value: Any = values[field.name]
        inner: Any = field.type
        if field.name == "children":
            values["children"] = [as_dto(inner.__args__[0], one) for one in value]
        if field.name == "other" and value is not None:
            values["other"] = as_dto(inner.__args__[0], value)
    return dto(**values)


async def test_an_object_may_have_hundreds_of_fields_and_long_names(edges: Database) -> None:
    columns = {f"column_{number}": number for number in range(WIDTH)}
    await fill(edges, Holder, [{"id": 1}, {"id": 2}])
    await fill(edges, Wide, [{"id": n, LONG: "x", "holder_id": 1, **columns} for n in (1, 2)])
    wide = msgspec.defstruct("WideRead", [("id", int), (LONG, str), *((n, int) for n in columns)])
    holder = msgspec.defstruct("HolderRead", [("id", int), (LONG, list[wide])])  # type: ignore[valid-type]
    statement = select(Holder).order_by(Holder.id)

    found = await in_each_way(edges, holder, statement)
    body = await edges.project(holder, statement).json()

    rows = [wide(id=n, **{LONG: "x"}, **columns) for n in (1, 2)]
    expected = [holder(1, rows), holder(2, [])]
    assert found == [expected] * 3
    assert json.loads(body) == json.loads(msgspec.json.encode(expected))


async def test_a_query_of_no_rows_gives_no_objects(edges: Database) -> None:
    query = edges.project(ThingInBox, Thing)

    assert (await query.all(), await query.first(), await query.one_or_none()) == ([], None, None)
    assert (await query.json(), await query.count(), await query.exists()) == (b"[]", 0, False)
