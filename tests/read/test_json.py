"""The JSON of a read is what the DTO's own library writes, whoever has written it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec
import pydantic
import pytest
from sqlalchemy import bindparam, func, select, text
from sqlalchemy.orm import with_loader_criteria

from taskbound import Database, ProjectionQuery, TaskSession, projection
from taskbound.read.writing import writing
from taskbound.statement.misfit import MISFIT
from tests.read import json_dtos as dtos
from tests.read.conftest import Project
from tests.read.models import Customer, Line, Order, Tag

BY_MSGSPEC = {dtos.AsAttrs, dtos.AsStruct, dtos.Tagged, dtos.WithoutDefaults}
WRITTEN_BY_DATABASE = [
    dtos.Aliased,
    dtos.AsAttrs,
    dtos.AsDataclass,
    dtos.AsStruct,
    dtos.AsTypedDict,
    dtos.Certain,
    dtos.Everything,
    dtos.Figures,
]
LEFT_TO_LIBRARY = {
    dtos.Computed: "Pydantic, because Computed has computed fields",
    dtos.Constrained: "Pydantic, because Constrained.id has ge",
    dtos.Converted: "Pydantic, because Integer() becomes float in Python",
    dtos.DataclassWithWork: (
        "Pydantic, because DataclassWithWork does work of its own when one is made"
    ),
    dtos.Defaulted: "Pydantic, because Defaulted.lacking keeps its default",
    dtos.LeftOut: "Pydantic, because LeftOut.total is left out",
    dtos.Row: "Pydantic, because Row is written as an array",
    dtos.Serialised: "Pydantic, because Serialised.total has a serializer",
    dtos.Sets: "Pydantic, because Sets.tags is a set",
    dtos.Stripped: "Pydantic, because Stripped is set up with str_to_upper",
    dtos.Tagged: "msgspec, because Tagged is set up with tag",
    dtos.Uncertain: ("Pydantic, because half is computed, and of a type that only its values tell"),
    dtos.Validated: "Pydantic, because Validated.id has a validator",
    dtos.WithWork: "Pydantic, because WithWork does work of its own when one is made",
    dtos.WithoutDefaults: "msgspec, because WithoutDefaults is set up with omit_defaults",
}


def dumped(dto: Any, rows: Sequence[Any]) -> Any:
    """What the library of a DTO writes, read again."""
    if dto in BY_MSGSPEC:
        return json.loads(msgspec.json.encode(rows))
    return json.loads(pydantic.TypeAdapter(list[dto]).dump_json(list(rows)))


def written_by(query: ProjectionQuery[Any]) -> str:
    """Who writes the JSON of a query, and why."""
    return str(writing(query._source, query._asked))


@pytest.mark.parametrize("dto", [*WRITTEN_BY_DATABASE, *LEFT_TO_LIBRARY])
async def test_it_is_what_the_library_writes(project: Project, dto: Any) -> None:
    query = project(dto, select(Order).order_by(Order.id.desc()))

    assert json.loads(await query.json()) == dumped(dto, await query.all())


@pytest.mark.parametrize("dto", WRITTEN_BY_DATABASE)
async def test_the_database_writes_what_is_sure_to_be_the_same(shop: Database, dto: Any) -> None:
    dialect = shop.engine.dialect
    said = written_by(shop.project(dto, Order))

    library = "msgspec" if dto in BY_MSGSPEC else "Pydantic"
    left = (
        f"JSON by {library}, because {dialect.driver} has no way to have it written without limits"
    )
    assert said == (left if dialect.name == "mysql" else "JSON by the database")


@pytest.mark.parametrize("dto", LEFT_TO_LIBRARY)
async def test_the_rest_is_left_to_the_library(filled_file: Any, dto: Any) -> None:
    async with Database(f"sqlite+aiosqlite:///{filled_file}") as shop:
        said = written_by(shop.project(dto, Order))

    assert said == f"JSON by {LEFT_TO_LIBRARY[dto]}"


async def test_children_of_children_are_written(project: Project) -> None:
    query = project(dtos.Nested, select(Customer).order_by(Customer.id))

    assert json.loads(await query.json()) == dumped(dtos.Nested, await query.all())


async def test_what_one_library_does_not_know_the_other_writes(project: Project) -> None:
    found = json.loads(await project(dtos.Mixed, select(Order).where(Order.id == 2)).json())

    assert found == [{"id": 2, "lines": [{"number": 1, "order_total": "3.00"}]}]


async def test_an_alias_is_written_where_its_own_model_says_so(project: Project) -> None:
    found = json.loads(await project(dtos.Aliased, select(Order).where(Order.id == 3)).json())

    assert found == [{"id": 3, "theTotal": "0.00", "customer": {"id": 2, "name": "Bob"}}]


async def test_no_rows_are_an_empty_array(project: Project) -> None:
    assert await project(dtos.Everything, select(Order).where(Order.id < 0)).json() == b"[]"


async def test_it_is_bytes_without_blanks(project: Project) -> None:
    found = await project(dtos.Customer, select(Customer).where(Customer.id == 1)).json()

    assert found == b'[{"id":1,"name":"Ada","email":"ada@x"}]'


async def test_a_prepared_query_takes_its_parameters(project: Project) -> None:
    prepared = projection(dtos.Customer, select(Customer).where(Customer.id == bindparam("id")))

    found = [json.loads(await project(prepared, id=number).json()) for number in (2, 3)]

    assert [rows[0]["name"] for rows in found] == ["Bob", "Cy"]


async def test_the_same_query_with_other_values_is_another_answer(project: Project) -> None:
    found = [
        json.loads(await project(dtos.Customer, select(Customer).where(Customer.id == n)).json())
        for n in (1, 2)
    ]

    assert [rows[0]["name"] for rows in found] == ["Ada", "Bob"]


@pytest.mark.parametrize(
    "statement",
    [
        select(Order).order_by(Order.total.desc()).limit(2).offset(1),
        select(Order).join(Order.lines).where(Line.quantity > 1).order_by(Order.id),
        select(Order).join(Order.tags).distinct().order_by(Order.id.desc()),
        select(Order).join(Order.tags).group_by(Order.id).order_by(func.count(Tag.id), Order.id),
        select(Order).order_by(text("total")),
        select(Order).order_by("total"),
        select(Order).where(Order.id.in_([1, 3])).order_by(Order.id).with_for_update(),
    ],
)
async def test_a_statement_keeps_its_rows_and_their_order(shop: Database, statement: Any) -> None:
    async with shop.begin() as session:
        query = session.project(dtos.AsDataclass, statement)

        assert json.loads(await query.json()) == dumped(dtos.AsDataclass, await query.all())


async def test_it_sees_what_the_session_has_changed(session: TaskSession) -> None:
    order = await session.get_one(Order, 1)
    order.total = Decimal("99.90")

    found = json.loads(
        await session.project(dtos.AsDataclass, select(Order).where(Order.id == 1)).json()
    )

    assert found[0]["total"] == "99.90"
    await session.rollback()


async def test_children_that_are_to_be_read_in_batches_are_left_to_the_library(
    shop: Database,
) -> None:
    query = shop.project(dtos.Everything, Order, children="batch")

    said = written_by(query)

    if shop.engine.dialect.name != "mysql":
        reason = "children of Everything are to be read in batches"
        assert said == f"JSON by Pydantic, because {reason}"
    assert sorted(json.loads(await query.json()), key=repr) == sorted(
        dumped(dtos.Everything, await query.all()), key=repr
    )


async def test_a_text_that_means_something_to_taskbound_is_written_as_it_is(
    session: TaskSession,
) -> None:
    customer = await session.get_one(Customer, 3)
    customer.email = MISFIT[:40]
    customer.name = '"\\\n\x01👩‍👩‍👧\u2028'
    query = session.project(dtos.Customer, select(Customer).where(Customer.id == 3))

    found = json.loads(await query.json())

    assert found == [{"id": 3, "name": customer.name, "email": customer.email}]
    await session.rollback()


async def test_a_criterion_for_every_line_holds(project: Project) -> None:
    few = with_loader_criteria(Line, Line.quantity < 4)
    query = project(dtos.Nested, select(Customer).options(few).order_by(Customer.id))

    assert json.loads(await query.json()) == dumped(dtos.Nested, await query.all())
