"""Check what a field says about the objects of a to-many relation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from taskbound.plan.criterion import sql_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Mapper, RelationshipProperty

    from taskbound.plan.asked import Asked
    from taskbound.plan.source import Source
    from taskbound.shape import Selection


def check_selection(asked: Asked, selection: Selection, mapper: Mapper[Any]) -> None:
    """Raise `UnreadableField` where a criterion is no SQL over the class of `mapper`."""
    for criterion in selection.where:
        sql_of(asked, "Where", criterion, mapper)
    for criterion in selection.order_by:
        sql_of(asked, "OrderBy", criterion, mapper)


def check_tree(asked: Asked, source: Source, relation: RelationshipProperty[Any]) -> None:
    """Raise `UnreadableField` unless the relation leads from a class to itself, parent to children."""
    if len(source.path) > 1:
        raise asked.unreadable(
            f"has Tree and is reached through {source.path[0]}",
            "let the tree begin at the model itself",
        )
    if not relation.mapper.isa(relation.parent):
        raise asked.unreadable(
            f"has Tree, but {source} leads to {relation.mapper.class_.__name__}",
            "annotate it with Depth(<levels>)",
        )
    if relation.secondary is not None:
        raise asked.unreadable(
            f"has Tree, but {source} is many to many, which may lead in a circle",
            "annotate it with Depth(<levels>)",
        )
