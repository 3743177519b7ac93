"""Every kind of column with every value at its edges, in every place that a DTO has for a value."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import cycle
from typing import Any

import pytest
from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table, insert, null, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import registry, relationship

from taskbound import Database, TaskSession
from tests.truth.answers import Answer, Question
from tests.truth.columns import Kind, kinds_on
from tests.truth.dtos import Dto, Field
from tests.truth.entities import Attribute, Entity, Family, Relation
from tests.truth.keys import KEYS
from tests.truth.making import made
from tests.truth.oracle import Oracle, load
from tests.truth.statements import Statement
from tests.truth.ways import STRATEGIES

NUMBER = Attribute("id", KEYS[0], nullable=False, column="id")
THINGS = Relation("things", 1, many=True, ordered=True)
OWNER = Relation("owner", 0, many=False)
TWIN = Relation("twin", 1, many=False, optional=True)


class Case:
    """Owners of things, each of which has a value of one kind, and some a twin."""

    def __init__(self, kind: Kind, number: int, backend: str, metadata: MetaData) -> None:
        self.kind = kind
        self._backend = backend
        self.owners = Table(f"owner_{number}", metadata, Column("id", Integer, primary_key=True))
        self.things = Table(
            f"thing_{number}",
            metadata,
            Column("id", Integer, primary_key=True),
            Column("owner_id", ForeignKey(self.owners.c.id), nullable=False),
            Column("twin_id", ForeignKey(f"thing_{number}.id")),
            Column("value", kind.made(f"kind_{number}")),
        )
        self.family = self._mapped(metadata)
        self.dtos = [self._of_owner(), self._of_thing()]

    def rows(self) -> list[dict[str, Any]]:
        """Every value, and NULL, at different owners."""
        nothing = null() if self.kind.name in {"json", "jsonb"} else None
        owners = cycle((1, 2, 3))
        return [
            {"id": number, "owner_id": next(owners), "twin_id": number - 1 or None, "value": value}
            for number, value in enumerate([*self.kind.values_on(self._backend), nothing], 1)
        ]

    def _mapped(self, metadata: MetaData) -> Family:
        owner, thing = type("Owner", (), {}), type("Thing", (), {})
        mapping = self.registry = registry(metadata=metadata)
        things = relationship(thing, back_populates="owner", order_by=self.things.c.id.desc())
        mapping.map_imperatively(owner, self.owners, properties={"things": things})
        links = {
            "owner": relationship(owner, back_populates="things"),
            "twin": relationship(thing, remote_side=[self.things.c.id]),
        }
        mapping.map_imperatively(thing, self.things, properties=links)
        entities = (
            Entity(0, "Owner", self.owners, owner, (NUMBER,), relations=[THINGS]),
            Entity(1, "Thing", self.things, thing, (NUMBER,), relations=[OWNER, TWIN]),
        )
        return Family(0, self._backend, metadata, entities, ())

    @property
    def _value(self) -> Field:
        return Field("value", ("value",), Attribute("value", self.kind, nullable=True), True)

    @property
    def _flat(self) -> Field:
        return Field("flat", ("twin", "value"), self._value.holds, optional=True)

    def _of_owner(self) -> Dto:
        twin = self._one("twin", self._dto("Twin", 1, self._value))
        thing = self._dto("Thing", 1, self._value, self._flat, twin)
        return self._dto("Owner", 0, _many("things", thing))

    def _of_thing(self) -> Dto:
        owner = self._dto("Other", 0, _many("things", self._dto("Sibling", 1, self._value)))
        return self._dto("Root", 1, self._value, self._flat, self._one("owner", owner))

    @staticmethod
    def _one(name: str, dto: Dto) -> Field:
        relation = {"owner": OWNER, "twin": TWIN}[name]
        return Field(name, (name,), dto, relation.optional, relation)

    @staticmethod
    def _dto(name: str, entity: int, *fields: Field) -> Dto:
        number = Field("id", ("id",), NUMBER, optional=False)
        return made(Dto(name, "msgspec", 0, entity, (number, *fields)))


def _many(name: str, dto: Dto) -> Field:
    return Field(name, (name,), dto, optional=False, relation=THINGS, container="list")


@pytest.fixture
async def cases(database: Database) -> AsyncIterator[list[Case]]:
    """The tables of all kinds, filled."""
    backend, metadata = database.engine.dialect.name, MetaData()
    made = [Case(kind, n, backend, metadata) for n, kind in enumerate(kinds_on(backend))]
    async with database.engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
        for case in made:
            await connection.execute(insert(case.owners), [{"id": n} for n in (1, 2, 3)])
            await connection.execute(insert(case.things), case.rows())
    yield made
    for case in made:
        case.registry.dispose()


@pytest.mark.filterwarnings("ignore:Dialect sqlite")
async def test_every_kind_of_column_is_read_as_the_orm_reads_it(
    cases: list[Case], database: Database
) -> None:
    wrong: list[str] = []
    async with database.session() as session, AsyncSession(database.engine) as plain:
        for case in cases:
            kept = await load(plain, case.family, case.dtos)
            for dto in case.dtos:
                answer = await known(plain, case, dto)
                wrong += [
                    f"{case.kind.name} in {dto.name}: {said}"
                    async for said in differing(session, answer)
                ]
            del kept

    assert not wrong, "\n".join(wrong)


async def known(plain: AsyncSession, case: Case, dto: Dto) -> Answer:
    """What the ORM gives for a DTO."""
    model = case.family.entities[dto.entity].model
    statement = Statement(select(model).order_by(model.id), ordered=True)
    entities = list(await plain.scalars(statement.select))
    expected = [Oracle().converted(dto, one) for one in entities]
    return Answer(Question(dto, statement), [(one.id,) for one in entities], expected)


async def differing(session: TaskSession, answer: Answer) -> AsyncIterator[str]:
    """What is wrong with each strategy: every kind of column is to have its say."""
    for children in STRATEGIES:
        try:
            await answer.check_strategy(session, children)
        except Exception as error:
            yield f"{type(error).__name__}: {error}".partition("\n")[0]
