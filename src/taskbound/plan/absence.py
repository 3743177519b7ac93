"""Whether there may be nothing at the other end of a to-one relation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import RelationshipDirection
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import BinaryExpression, BooleanClauseList

from taskbound.filters.mark import ValueFilter
from taskbound.filters.marked import MARKED

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import RelationshipProperty


def may_be_absent(relation: RelationshipProperty[Any]) -> bool:
    """Whether the database lets an object have nothing there.

    Only a foreign key that refuses NULL, on the object's own side, promises that there is a row; a
    condition beside it, or a filter of the other class, may hide that row again. Rows of a tenant lead to
    rows of the same.
    """
    filters = MARKED.of(relation.mapper).values()
    if not all(isinstance(found, ValueFilter) for found in filters):
        return True
    if relation.direction is not RelationshipDirection.MANYTOONE:
        return True
    own = relation.local_columns
    promised = all(column.foreign_keys and not column.nullable for column in own)
    return not promised or not joins_by_key_alone(relation)


def is_for_want_of_a_key(relation: RelationshipProperty[Any]) -> bool:
    """Whether it is a foreign key's leave to be NULL that lets the object be absent."""
    return relation.direction is RelationshipDirection.MANYTOONE and any(
        column.nullable for column in relation.local_columns
    )


def joins_by_key_alone(relation: RelationshipProperty[Any]) -> bool:
    """Whether the relation has no condition but that keys are equal."""
    conditions = _conditions(relation.primaryjoin)
    pairs = len(relation.local_remote_pairs or ())
    equal = [condition for condition in conditions if _compares_columns(condition)]
    return len(conditions) == len(equal) == pairs


def _conditions(join: ColumnElement[Any]) -> list[Any]:
    if isinstance(join, BooleanClauseList) and join.operator is operators.and_:
        return list(join.clauses)
    return [join]


def _compares_columns(condition: Any) -> bool:
    return isinstance(condition, BinaryExpression) and condition.operator is operators.eq
