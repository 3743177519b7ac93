"""A field that names the objects of a relation by the keys that an association table holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Table
from sqlalchemy.orm import ColumnProperty, RelationshipProperty

from taskbound.errors import UnfitType
from taskbound.plan.fit import unaccepted
from taskbound.shape import Scalar, spelled
from taskbound.shape.annotation import options
from taskbound.shape.container import container_of
from taskbound.shape.unset import is_unset_type

if TYPE_CHECKING:
    from sqlalchemy.orm import Mapper
    from sqlalchemy.types import TypeEngine

    from taskbound.plan.asked import Asked
    from taskbound.shape import Field

# The relation, and what the values are of: `tags.id`.
_STEPS = 2


def linked_by(asked: Asked, field: Field, mapper: Mapper[Any]) -> RelationshipProperty[Any] | None:
    """The relation whose objects a field names: `Annotated[list[int], From("tags.id")]`. None for any other.

    Raises `UnreadableField` where it names them by something that the association table does not hold, and
    `UnfitType` where the values are of another type.
    """
    item = _item(field)
    if item is None or len(field.path) != _STEPS:
        return None
    relation, last = mapper.attrs.get(field.path[0]), field.path[1]
    if not isinstance(relation, RelationshipProperty) or relation.secondary is None:
        return None
    attribute = relation.mapper.attrs.get(last)
    if not isinstance(attribute, ColumnProperty):
        return None
    check_writable(asked, relation)
    _check_key(asked, relation, attribute)
    column = attribute.columns[0]
    check_type(asked, item, column.type, f"{relation.mapper.class_.__name__}.{last}")
    return relation


def check_writable(asked: Asked, relation: RelationshipProperty[Any]) -> None:
    """Raise `UnreadableField` where nothing can be written through a relation."""
    name = f"{relation.parent.class_.__name__}.{relation.key}"
    if relation.viewonly:
        raise asked.unreadable(
            f"leads to {name}, which is viewonly", "leave it out of what is written"
        )
    if relation.secondary is not None and not isinstance(relation.secondary, Table):
        raise asked.unreadable(
            f"leads to {name}, whose association is no table", "leave it out of what is written"
        )


def check_type(asked: Asked, wanted: Any, held_in: TypeEngine[Any], source: str) -> None:
    """Raise `UnfitType` where a column does not take values of a type."""
    held = unaccepted(wanted, held_in)
    if held is not None:
        raise UnfitType(
            dto=asked.dto, field=asked.field, wanted=spelled(wanted), source=source, held=held
        )


def _item(field: Field) -> Any:
    """The type of the values of a list of values; None where the field is none."""
    if not isinstance(field.content, Scalar):
        return None
    wanted = [each for each in options(field.content.type) if not is_unset_type(each)]
    return container_of(wanted[0])[1] if len(wanted) == 1 else None


def _check_key(
    asked: Asked, relation: RelationshipProperty[Any], attribute: ColumnProperty[Any]
) -> None:
    referred = [column for column, _ in relation.secondary_synchronize_pairs or ()]
    names = [relation.mapper.get_property_by_column(column).key for column in referred]
    if names == [attribute.key]:
        return
    other, table = relation.mapper.class_.__name__, getattr(relation.secondary, "name", "")
    held = " and ".join(f"{other}.{name}" for name in names)
    raise asked.unreadable(
        f"names {other} by {other}.{attribute.key}, where {table} holds {held}",
        f'ask for From("{relation.key}.{names[0]}")'
        if len(names) == 1
        else "write the association by itself",
    )
