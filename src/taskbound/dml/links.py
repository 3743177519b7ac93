"""The rows of an association table: which objects a relation to many goes to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import insert

from taskbound.dml.sending import send
from taskbound.dml.written import Written
from taskbound.read.cache import Readings
from taskbound.statement import CompiledStatement

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Table
    from sqlalchemy.orm import RelationshipProperty

    from taskbound.dml.sink import SessionSink
    from taskbound.statement import Target

    Pairs = Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]


def held_of_parent(relation: RelationshipProperty[Any]) -> list[tuple[str, str]]:
    """The attributes of the class that has the relation, and the columns that hold them."""
    return [
        (relation.parent.get_property_by_column(source).key, str(target.key))
        for source, target in relation.synchronize_pairs
    ]


def held_of_other(relation: RelationshipProperty[Any]) -> list[tuple[str, str]]:
    """The same of the class that it leads to."""
    return [
        (relation.mapper.get_property_by_column(source).key, str(target.key))
        for source, target in relation.secondary_synchronize_pairs or ()
    ]


async def link(sink: SessionSink, relation: RelationshipProperty[Any], pairs: Pairs) -> None:
    """Note which objects belong together, all in one statement.

    pairs: the values by attribute of the object that has the relation, and of the other.
    """
    if not pairs:
        return
    here, there = held_of_parent(relation), held_of_other(relation)
    rows = [
        {column: parent[name] for name, column in here}
        | {column: other[name] for name, column in there}
        for parent, other in pairs
    ]
    await send(sink, _linking(relation, tuple(rows[0]), sink.target), rows)


def _linking(relation: RelationshipProperty[Any], keys: tuple[str, ...], target: Target) -> Written:
    table: Any = relation.secondary
    kept = ("link", table, keys, target.schemas)
    return Readings.of(target.dialect).of_statement(kept, _made, table, keys, target)


def _made(table: Table, keys: tuple[str, ...], target: Target) -> Written:
    statement = CompiledStatement(insert(table).inline(), target, None, columns=keys)
    return Written(statement, f"INSERT {table.description}", None, (), ())
