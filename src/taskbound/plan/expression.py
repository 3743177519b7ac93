"""What SQL an attribute stands for: its type, and whether it may be NULL."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    Numeric,
    String,
    Time,
    Uuid,
)
from sqlalchemy.ext.hybrid import HybridExtensionType
from sqlalchemy.orm import ColumnProperty, CompositeProperty
from sqlalchemy.types import NullType

from taskbound.plan.criterion import sql_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Mapper
    from sqlalchemy.types import TypeEngine

    from taskbound.errors import UnreadableField
    from taskbound.plan.asked import Asked
    from taskbound.plan.source import Source


_IMPLIED: dict[Any, TypeEngine[Any]] = {
    bool: Boolean(),
    bytes: LargeBinary(),
    dt.date: Date(),
    dt.datetime: DateTime(),
    dt.time: Time(),
    Decimal: Numeric(),
    float: Float(),
    int: Integer(),
    str: String(),
    UUID: Uuid(),
}

# Characters of SQL in a message.
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Expression:
    """The SQL of an attribute."""

    type: TypeEngine[Any]
    nullable: bool
    """False for what is computed too: only the author of the DTO knows whether it may be NULL."""
    text: str = ""
    """Its SQL for messages, where the field brings it along."""


def expression(asked: Asked, source: Source) -> Expression:
    """The SQL of a source that is no relation.

    Raises `UnreadableField` where it has none: a composite, or a hybrid without an expression.
    """
    attribute = source.attribute
    if isinstance(attribute, ColumnProperty):
        return Expression(attribute.columns[0].type, _is_nullable(attribute.columns))
    if getattr(attribute, "extension_type", None) is HybridExtensionType.HYBRID_PROPERTY:
        return _of_hybrid(asked, source)
    if isinstance(attribute, CompositeProperty):
        names = ", ".join(prop.key for prop in attribute.props)
        what = f"a composite of {names}"
        raise _unreadable(asked, source, what, "have a field for each of these")
    raise _unreadable(asked, source, "no value of SQL", "name a column or a hybrid_property")


def of_criterion(asked: Asked, criterion: Any, mapper: Mapper[Any], wanted: Any) -> Expression:
    """The SQL that a field brings along.

    wanted: the type of the field, which stands in where SQLAlchemy does not know that of the SQL.

    Raises `UnreadableField` where it gives no SQL over the class of `mapper`.
    """
    clause = sql_of(asked, asked.marker, criterion, mapper)
    held = clause.type
    if isinstance(held, NullType):
        held = _IMPLIED.get(wanted, held)
    return Expression(held, _is_nullable([clause]), _shortened(str(clause)))


def _shortened(sql: str) -> str:
    words = " ".join(sql.split())
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…"


def _of_hybrid(asked: Asked, source: Source) -> Expression:
    cure = "give the hybrid an expression: @<name>.inplace.expression"
    try:
        found = getattr(source.mapper.class_, source.path[-1])
    except Exception as error:  # code of the model's author
        what = f"a hybrid whose SQL cannot be made: {type(error).__name__}: {error}"
        raise _unreadable(asked, source, what, cure) from error
    if getattr(found, "type", None) is None:
        raise _unreadable(asked, source, "a hybrid that gives no SQL", cure)
    return Expression(found.type, _is_nullable([found]))


def _is_nullable(columns: list[Any]) -> bool:
    # A joined table's key stands in both tables.
    return all(getattr(column, "nullable", False) for column in columns)


def _unreadable(asked: Asked, source: Source, what: str, cure: str) -> UnreadableField:
    return asked.unreadable(f"asks for {source}, which is {what}", cure)
