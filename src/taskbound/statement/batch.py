"""The children of many parents, read by one statement of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, Uuid, bindparam, func, inspect, select, tuple_
from sqlalchemy.orm import RelationshipDirection, aliased, join

from taskbound.plan.absence import joins_by_key_alone
from taskbound.statement.children import filtered, order_of
from taskbound.statement.row import key_names
from taskbound.statement.values import converter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Select
    from sqlalchemy.orm import RelationshipProperty

    from taskbound.plan import Many
    from taskbound.plan.layout import Choice, Layout
    from taskbound.statement.row import Row

KEYS = "taskbound_keys"
_PLACE = "taskbound_place"


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """A statement for the children of the parents whose keys it is given."""

    select: Select[Any]
    layout: Layout | Choice
    keys: tuple[int, ...]
    """The columns that hold the key of a child's parent."""
    converts: tuple[Callable[[Any], Any] | None, ...]
    """For each part of a key, what makes of the driver's value the one to ask with."""
    batches: tuple[Batch, ...]
    relation: str
    recursive: bool
    """Whether it is asked again for the children of what it has found, until there are none."""

    def selects(self) -> Iterator[Select[Any]]:
        """Its SELECT, and that of each batch below it."""
        yield self.select
        for batch in self.batches:
            yield from batch.selects()


def batch_select(
    many: Many,
    row: Row,
    layout: Layout | Choice,
    child: Any,
    batches: tuple[Batch, ...],
    *,
    criteria: tuple[Any, ...],
) -> Batch:
    """The statement for a collection.

    row: the columns of the children, from `child`; the key of their parent is added to it.
    criteria: the `with_loader_criteria()` of the caller's statement, which hold here too.
    """
    relation = many.mapper.relationships[many.path[-1]]
    start = child
    own = _foreign_key(relation, child)
    if own is None:
        parent = aliased(many.mapper.class_, flat=True)
        own = [getattr(parent, name) for name in key_names(many.mapper)]
        start = join(parent, child, getattr(parent, many.path[-1]).of_type(child))
    keys = row.foreign(own)
    found = _of(own)(bindparam(KEYS, expanding=True))
    rows = row.selected(row.columns, start, has_criteria=bool(criteria))
    rows = rows.where(found).options(*criteria)
    rows = filtered(rows, many, child)
    order = order_of(many, child)
    return Batch(
        rows.order_by(*order) if many.limit is None else _first(rows, row, own, order, many.limit),
        layout,
        keys,
        tuple(converter(column.type, row.dialect) for column in own),
        batches,
        f"{many.mapper.class_.__name__}.{many.path[-1]}",
        many.recursive,
    )


def _of(key: list[Any]) -> Callable[[Any], Any]:
    """The condition that a row belongs to one of the keys given."""
    return key[0].in_ if len(key) == 1 else tuple_(*key).in_


def _first(
    rows: Select[Any], row: Row, key: list[Any], order: list[Any], limit: int
) -> Select[Any]:
    """The first rows of each parent."""
    place = func.row_number().over(partition_by=key, order_by=order).label(_PLACE)
    named = [column.label(f"c{number}") for number, column in enumerate(row.columns)]
    numbered = rows.with_only_columns(*named, place, maintain_column_froms=True).subquery()
    columns = [numbered.c[column.name] for column in named]
    wanted = numbered.c[_PLACE] <= limit
    return select(*columns).where(wanted).order_by(numbered.c[_PLACE])


def _foreign_key(relation: RelationshipProperty[Any], child: Any) -> list[Any] | None:
    """The child's columns that hold its parent's primary key, in the order of that key.

    None where there are none, or where equal keys may differ as values: then the parents are joined.
    """
    if relation.direction is not RelationshipDirection.ONETOMANY:
        return None
    if relation.secondary is not None or not joins_by_key_alone(relation):
        return None
    remote = dict(relation.local_remote_pairs or ())
    mapper = inspect(child).mapper
    found = []
    for column in relation.parent.primary_key:
        foreign = remote.get(column)
        if foreign is None or not mapper.columns.contains_column(foreign):
            return None
        if not isinstance(column.type, Integer | Uuid) or type(column.type) is not type(
            foreign.type
        ):
            return None
        found.append(getattr(child, mapper.get_property_by_column(foreign).key))
    return found if len(found) == len(remote) else None
