"""What SQL an attribute stands for: its type, and whether it may be NULL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy.ext.hybrid import HybridExtensionType
from sqlalchemy.orm import ColumnProperty, CompositeProperty

from taskbound.errors import UnreadableField

if TYPE_CHECKING:
    from sqlalchemy.types import TypeEngine

    from taskbound.plan.source import Source
    from taskbound.shape import Field


@dataclass(frozen=True, slots=True)
class Expression:
    """The SQL of an attribute."""

    type: TypeEngine[Any]
    nullable: bool
    """False for what is computed too: only the author of the DTO knows whether it may be NULL."""


def expression(dto: str, field: Field, source: Source) -> Expression:
    """The SQL of a source that is no relation.

    Raises `UnreadableField` where it has none: a composite, or a hybrid without an expression.
    """
    attribute = source.attribute
    if isinstance(attribute, ColumnProperty):
        return Expression(attribute.columns[0].type, _is_nullable(attribute.columns))
    if getattr(attribute, "extension_type", None) is HybridExtensionType.HYBRID_PROPERTY:
        return _of_hybrid(dto, field, source)
    if isinstance(attribute, CompositeProperty):
        names = ", ".join(prop.key for prop in attribute.props)
        raise _unreadable(
            dto, field, source, f"a composite of {names}", "have a field for each of these"
        )
    raise _unreadable(dto, field, source, "no value of SQL", "name a column or a hybrid_property")


def _of_hybrid(dto: str, field: Field, source: Source) -> Expression:
    cure = "give the hybrid an expression: @<name>.inplace.expression"
    try:
        found = getattr(source.mapper.class_, source.path[-1])
    except Exception as error:  # code of the model's author
        what = f"a hybrid whose SQL cannot be made: {type(error).__name__}: {error}"
        raise _unreadable(dto, field, source, what, cure) from error
    if getattr(found, "type", None) is None:
        raise _unreadable(dto, field, source, "a hybrid that gives no SQL", cure)
    return Expression(found.type, _is_nullable([found]))


def _is_nullable(columns: list[Any]) -> bool:
    # A joined table's key stands in both tables.
    return all(getattr(column, "nullable", False) for column in columns)


def _unreadable(dto: str, field: Field, source: Source, what: str, cure: str) -> UnreadableField:
    reason = f"asks for {source}, which is {what}"
    return UnreadableField(dto=dto, field=field.name, reason=reason, cure=cure)
