"""Values in JSON: whatever a column may hold, it is what the library of the DTO writes."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pydantic
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Double,
    Integer,
    MetaData,
    Numeric,
    Table,
    Text,
    Time,
    insert,
    null,
    select,
    text,
)
from sqlalchemy.orm import registry

from taskbound import Database, ProjectionQuery, TaskSession, projection
from taskbound.read.writing import writing
from tests.truth.columns import Kind, kinds_on

Dump = Callable[[list[Any]], bytes]


@dataclasses.dataclass(frozen=True)
class Case:
    """A class mapped to a table with one kind of value."""

    kind: Kind
    model: Any
    registry: registry
    values: list[Any]

    def dtos(self) -> Iterator[tuple[Any, Dump]]:
        """A DTO of each library, and what dumps it."""
        held = self.kind.annotation
        annotation = held if held is Any else held | None
        allowed: Any = {"arbitrary_types_allowed": True}
        model: Any = pydantic.create_model(
            "Model", id=(int, ...), value=(annotation, ...), __config__=allowed
        )
        yield model, pydantic.TypeAdapter(list[model]).dump_json
        fields: Any = [("id", int), ("value", annotation)]
        yield msgspec.defstruct("Struct", fields), msgspec.json.encode


@pytest.fixture
async def cases(database: Database) -> AsyncIterator[list[Case]]:
    """The tables of all kinds, each with all of its values and NULL."""
    backend, metadata = database.engine.dialect.name, MetaData()
    made = [_case(kind, n, backend, metadata) for n, kind in enumerate(kinds_on(backend))]
    async with database.begin() as session:
        await (await session.connection()).run_sync(metadata.create_all)
        for case in made:
            for number, value in enumerate(case.values, 1):
                await session.execute(insert(case.model).values(id=number, value=value))
    yield made
    for case in made:
        case.registry.dispose()


def _case(kind: Kind, number: int, backend: str, metadata: MetaData) -> Case:
    mapping, model = registry(metadata=metadata), type("Thing", (), {})
    key = Column("id", Integer, primary_key=True)
    table = Table(f"thing_{number}", metadata, key, Column("value", kind.made(f"kind_{number}")))
    mapping.map_imperatively(model, table)
    nothing = null() if kind.name in {"json", "jsonb"} else None
    return Case(kind, model, mapping, [nothing, *kind.values_on(backend)])


@pytest.mark.filterwarnings("ignore:Dialect sqlite")
async def test_every_kind_of_column_is_written_as_the_library_writes_it(
    cases: list[Case], database: Database
) -> None:
    wrong = []
    async with database.session() as session:
        for case in cases:
            for dto, dump in case.dtos():
                for number, _ in enumerate(case.values, 1):
                    statement = select(case.model).where(case.model.id == number)
                    differs = await _difference(session, dto, dump, statement)
                    if differs:
                        wrong.append(f"{case.kind.name} in {dto.__name__}: {differs}")

    assert not wrong, "\n".join(wrong)


async def _difference(session: TaskSession, dto: Any, dump: Dump, statement: Any) -> str | None:
    """What differs between the JSON and that of the library; None where there is none."""
    # Prepared each time: one value may have those after it left to the library.
    prepared = projection(dto, statement)
    rows = await session.project(prepared).all()
    try:
        expected = dump(rows)
    except (TypeError, ValueError):
        return None
    found = await session.project(prepared).json()
    return None if json.loads(found) == json.loads(expected) else f"{found!r} for {expected!r}"


samples = registry()
sample = Table(
    "samples",
    samples.metadata,
    Column("id", Integer, primary_key=True),
    Column("whole", BigInteger),
    Column("double", Double()),
    Column("decimal", Numeric(20, 3)),
    Column("round", Numeric(20, 0)),
    Column("text", Text),
    Column("moment", DateTime().with_variant(DateTime(timezone=True), "postgresql")),
    Column("time", Time),
)


@samples.mapped
class Sample:
    __table__ = sample


VALUES: dict[str, tuple[Any, st.SearchStrategy[Any]]] = {
    "whole": (int, st.integers(-(2**63), 2**63 - 1)),
    "double": (float, st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False)),
    "decimal": (Decimal, st.decimals(-(10**15), 10**15, places=3)),
    "round": (Decimal, st.integers(-(10**9), 10**9).map(lambda n: Decimal(n * 1000))),
    "text": (str, st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))),
    "moment": (datetime, st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1))),
    "time": (time, st.times()),
}


@pytest.fixture
async def filled(database: Database) -> Database:
    """The test's database with the table of samples, which is empty."""
    await database.create_all(samples.metadata)
    return database


@pytest.mark.parametrize("name", VALUES)
@settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck), database=None)
@given(content=st.data())
@pytest.mark.filterwarnings("ignore:Dialect sqlite")
async def test_values_drawn_at_random_are_written_as_the_library_writes_them(
    filled: Database, name: str, content: st.DataObject
) -> None:
    held, strategy = VALUES[name]
    values = content.draw(st.lists(strategy, min_size=1, max_size=20))
    fields: Any = {"id": (int, ...), name: (held | None, ...)}
    model: Any = pydantic.create_model("Model", **fields)
    dump = pydantic.TypeAdapter(list[model]).dump_json
    async with filled.session() as session:
        await session.execute(insert(sample), [{name: _in_utc(value)} for value in values])

        differs = await _difference(session, model, dump, select(Sample).order_by(sample.c.id))
        await session.rollback()

    assert differs is None


def _in_utc(value: Any) -> Any:
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value


class Sampled(pydantic.BaseModel):
    whole: int | None
    decimal: Decimal | None
    double: float | None


class Unchecked(msgspec.Struct):
    decimal: Decimal | None


LEFT = "JSON by {}, because a value was read that the database writes in another way"


def written_by(query: ProjectionQuery[Any]) -> str:
    """Who writes the JSON of a query, and why."""
    return str(writing(query._source, query._asked))


@pytest.mark.parametrize("value", ["'many'", "1.5", "x'31'"])
async def test_what_is_no_number_in_a_column_of_numbers_is_left_to_the_library(
    tmp_path: Path, value: str
) -> None:
    async with Database(f"sqlite+aiosqlite:///{tmp_path}/samples.sqlite") as database:
        await _insert(database, f"INSERT INTO samples (whole) VALUES ({value})")
        query = database.project(Sampled, Sample)

        try:
            expected = [one.model_dump(mode="json") for one in await query.all()]
        except pydantic.ValidationError:
            with pytest.raises(pydantic.ValidationError, match="whole"):
                await query.json()
        else:
            assert json.loads(await query.json()) == expected

        assert written_by(query) == LEFT.format("Pydantic")


@pytest.mark.parametrize("driver", ["postgresql+asyncpg", "postgresql+psycopg"])
async def test_what_is_no_number_to_pydantic_is_left_to_it(filled: Database) -> None:
    await _insert(filled, "INSERT INTO samples (decimal) VALUES ('NaN')")
    query, unchecked = filled.project(Sampled, Sample), filled.project(Unchecked, Sample)

    with pytest.raises(pydantic.ValidationError, match="decimal"):
        await query.json()
    assert await unchecked.json() == b'[{"decimal":"NaN"}]'

    assert written_by(query) == LEFT.format("Pydantic")
    assert written_by(unchecked) == LEFT.format("msgspec")


@pytest.mark.parametrize("driver", ["postgresql+asyncpg", "postgresql+psycopg"])
async def test_a_float_that_is_not_finite_is_null(filled: Database) -> None:
    numbers = "('NaN'), ('Infinity'), ('-Infinity'), (0.5)"
    await _insert(filled, f"INSERT INTO samples (double) VALUES {numbers}")
    query = filled.project(Sampled, select(Sample).order_by(sample.c.id))

    found = [row["double"] for row in json.loads(await query.json())]

    assert found == [None, None, None, 0.5]
    assert written_by(query) == "JSON by the database"


async def _insert(database: Database, sql: str) -> None:
    await database.create_all(samples.metadata)
    async with database.begin() as session:
        await session.execute(text(sql))
