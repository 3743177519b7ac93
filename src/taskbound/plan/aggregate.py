"""Bind what tells something about all objects of a to-many relation."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, Boolean, Integer
from sqlalchemy.orm import RelationshipProperty

from taskbound.errors import MisplacedRelation
from taskbound.plan.criterion import sql_of
from taskbound.plan.expression import expression
from taskbound.plan.fit import held_by
from taskbound.plan.plans import Aggregate
from taskbound.plan.refusal import refuse_misfit, refuse_none
from taskbound.plan.source import Source, find
from taskbound.shape import Function, Refusals, spelled

if TYPE_CHECKING:
    from sqlalchemy.orm import Mapper
    from sqlalchemy.types import TypeEngine

    from taskbound.plan.asked import Asked
    from taskbound.shape import Aggregation, Field

_NUMBERS: frozenset[type] = frozenset((int, float, Decimal))


def bind_aggregate(
    asked: Asked, field: Field, aggregation: Aggregation, mapper: Mapper[Any]
) -> Aggregate:
    """The part that fills a field with `aggregation` over objects of the class of `mapper`.

    Raises `UnknownField`, `MisplacedRelation`, `NullableField`, `UnfitType` or `UnreadableField` where it
    cannot be filled.
    """
    source = find(asked, mapper, aggregation.relation)
    relation = _to_many(asked, source)
    if aggregation.where is not None:
        sql_of(asked, f"{asked.marker} with where", aggregation.where, relation.mapper)
    over, held = _over(asked, aggregation, source, relation)
    told = f"{asked.marker} of {over}"
    refusals = Refusals()
    with refusals:
        if aggregation.of_column:
            other = over.mapper.class_.__name__
            refuse_none(asked, field, told, f"is NULL where there is no {other}")
    with refusals:
        refuse_misfit(asked, field, told, held)
    refusals.check()
    return Aggregate(
        field=field.name,
        path=source.path,
        mapper=source.mapper,
        function=aggregation.function,
        attribute=over.path[-1] if aggregation.of_column else None,
        where=aggregation.where,
        type=held,
    )


def _to_many(asked: Asked, source: Source) -> RelationshipProperty[Any]:
    found = source.attribute
    if isinstance(found, RelationshipProperty) and found.uselist:
        return found
    is_relation = isinstance(found, RelationshipProperty)
    raise MisplacedRelation(
        dto=asked.dto,
        field=asked.field,
        model=source.mapper.class_.__name__,
        name=source.path[-1],
        reason=f"a relation to one {found.mapper.class_.__name__}" if is_relation else "a column",
        cure=f"name a relation to many in {asked.marker}",
    )


def _over(
    asked: Asked, aggregation: Aggregation, source: Source, relation: RelationshipProperty[Any]
) -> tuple[Source, TypeEngine[Any]]:
    """What is counted, added up or compared, and the type of the result."""
    if aggregation.column is None:
        return source, Integer() if aggregation.function is Function.COUNT else Boolean()
    over = find(asked, relation.mapper, (aggregation.column,))
    if len(over.path) > 1:
        raise asked.unreadable(
            f"has {asked.marker} over {over}, which is reached through {over.path[0]}",
            f"name a column of {relation.mapper.class_.__name__} itself",
        )
    found = expression(asked, over).type
    if aggregation.function is Function.SUM:
        _refuse_no_number(asked, over, held_by(found))
    else:
        _refuse_no_order(asked, over, found)
    return over, found


def _refuse_no_number(asked: Asked, over: Source, held: type[Any]) -> None:
    if held is not object and held not in _NUMBERS:
        raise asked.unreadable(
            f"has Sum over {over}, which holds {spelled(held)}", "add up a column of numbers"
        )


def _refuse_no_order(asked: Asked, over: Source, held: TypeEngine[Any]) -> None:
    if isinstance(held, JSON | Boolean):
        raise asked.unreadable(
            f"has {asked.marker} over {over}, whose values have no order in every database",
            "ask with Exists(..., where=...)",
        )
