"""What a read has to give: entities that the ORM has loaded, turned into DTOs by hand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pydantic
from sqlalchemy import Select, literal, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload, undefer

from tests.truth.criteria import Aggregation
from tests.truth.dtos import CONTAINERS, Dto, Field
from tests.truth.entities import Family
from tests.truth.making import is_pydantic


async def load(
    session: AsyncSession, family: Family, dtos: Iterable[Dto], loading: Any = selectinload
) -> list[Any]:
    """Every entity of a family, with all that the DTOs may ask of it.

    They have to be kept: a session forgets those that nobody holds.
    """
    kept: list[Any] = []
    asked = set().union(*(_relations(dto, family) for dto in dtos))
    for entity in family.entities:
        relations = (one.name for one in entity.relations if (entity.number, one.name) in asked)
        options = [loading(getattr(entity.model, name)) for name in relations]
        statement = select(entity.model).options(undefer("*"), *options)
        kept.extend((await session.scalars(statement)).unique())
    return kept


class Oracle:
    """Turns entities into DTOs.

    What conditions, orders and expressions mean is for the database to say: it is asked for the keys of
    the objects that they choose, in their order, each with its value.
    """

    def __init__(self) -> None:
        self._told: dict[int, dict[tuple[Any, ...], Any]] = {}
        self._keys: dict[type[Any], tuple[str, ...]] = {}

    async def ask(self, session: AsyncSession, dto: Dto, family: Family) -> None:
        """Find out what the DTO's own SQL gives in the rows that there are now."""
        self._keys |= {one.model: tuple(key.name for key in one.key) for one in family.entities}
        model = family.entities[dto.entity].model
        for field in dto.fields:
            target = family.entities[field.relation.target].model if field.relation else model
            statement = _question(field, target)
            if statement is not None:
                keys = (getattr(target, name) for name in self._keys[target])
                rows = await session.execute(statement.add_columns(*keys))
                self._told[id(field)] = {tuple(key): value for value, *key in rows}
            if isinstance(field.holds, Dto):
                await self.ask(session, field.holds, family)

    def converted(self, dto: Dto, entity: Any) -> Any:
        """The DTO of an entity."""
        values = {
            field.name: self._held(field, entity) for field in dto.fields if not field.has_default
        }
        if is_pydantic(dto.kind):
            adapter = pydantic.TypeAdapter(dto.made)
            return adapter.validate_python(values, by_alias=False, by_name=True)
        return dto.made(**values)

    def _held(self, field: Field, entity: Any) -> Any:
        if field.expression is not None:
            return self._told[id(field)][self.key(entity)]
        for step in field.path[:-1]:
            entity = getattr(entity, step) if entity is not None else None
        value = getattr(entity, field.path[-1]) if entity is not None else None
        if field.aggregation is not None:
            return _aggregated(field.aggregation, self._chosen(field, value or ()))
        if not isinstance(field.holds, Dto):
            return value
        if field.container:
            return self._many(field, field.holds, self._chosen(field, value or ()))
        return None if value is None else self.converted(field.holds, value)

    def _many(self, field: Field, dto: Dto, entities: Iterable[Any]) -> Any:
        objects = [self.converted(dto, entity) for entity in entities]
        if field.container != "dict":
            return CONTAINERS[field.container](objects)
        return {_read(dto, one, field.by): one for one in objects}

    def _chosen(self, field: Field, entities: Iterable[Any]) -> list[Any]:
        """Those among the entities that a field asks for, in the order that it asks for."""
        found = list(entities)
        if id(field) not in self._told:
            return found[: field.selection.limit] if field.selection else found
        places = {key: place for place, key in enumerate(self._told[id(field)])}
        found = [one for one in found if self.key(one) in places]
        if field.selection is not None and field.selection.order:
            found.sort(key=lambda one: places[self.key(one)])
        return found[: field.selection.limit] if field.selection else found

    def key(self, entity: Any) -> tuple[Any, ...]:
        """The primary key of an entity that `ask` knows."""
        return tuple(getattr(entity, name) for name in self._keys[type(entity)])


def _question(field: Field, target: Any) -> Select[Any] | None:
    """What to ask the database for a field: a value for each of the objects that it chooses."""
    if field.expression is not None:
        return select(field.expression.make(target)).select_from(target)
    where = getattr(field.selection or field.aggregation, "where", None)
    order = field.selection.order if field.selection else ()
    if where is None and not order:
        return None
    statement = select(literal(1)).select_from(target)
    if where is not None:
        statement = statement.where(where.make(target))
    return statement.order_by(*(one.make(target) for one in order))


def _aggregated(aggregation: Aggregation, entities: list[Any]) -> Any:
    if aggregation.over is None:
        return bool(entities) if aggregation.function == "Exists" else len(entities)
    found = (getattr(entity, aggregation.over.name) for entity in entities)
    values = [value for value in found if value is not None]
    function: Any = {"Sum": sum, "Min": min, "Max": max}[aggregation.function]
    return function(values) if values else None


def _read(dto: Dto, made: Any, name: str) -> Any:
    return made[name] if dto.kind == "typeddict" else getattr(made, name)


def _relations(dto: Dto, family: Family) -> set[tuple[int, str]]:
    """The relations that a DTO goes through, each with the number of its class."""
    found: set[tuple[int, str]] = set()
    for field in dto.fields:
        number = dto.entity
        for step in field.path:
            of_class = family.entities[number].relations
            relation = next((one for one in of_class if one.name == step), None)
            if relation is not None:
                found.add((number, step))
                number = relation.target
        if isinstance(field.holds, Dto):
            found |= _relations(field.holds, family)
    return found
