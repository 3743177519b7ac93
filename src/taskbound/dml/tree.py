"""New rows with the objects of their relations: level by level, a statement for each table of a level.

What foreign keys of a row lead to is written before it, and what leads to it afterwards. Rows of one
level that name the same columns are sent together, whichever parents they have.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from sqlalchemy.orm import RelationshipDirection

from taskbound.dml.columns import columns_of
from taskbound.dml.inherited import insert_joined
from taskbound.dml.inserting import inserting, row_of
from taskbound.dml.key import attributes_of_row
from taskbound.dml.links import held_of_other, held_of_parent, link
from taskbound.dml.sending import send
from taskbound.dml.values import has_sql, is_sql
from taskbound.errors import UnfitValues
from taskbound.filters.written import check_between, check_values
from taskbound.plan.assign import Below, Linked

if TYPE_CHECKING:
    from sqlalchemy.orm import RelationshipProperty

    from taskbound.dml.columns import Columns
    from taskbound.dml.sink import SessionSink
    from taskbound.dml.values import Values
    from taskbound.plan.layout import Rows

# The values of a row: by attribute, or by the key of a column.
Row: TypeAlias = Mapping[str, Any]
# The objects of one relation, each with the number of the row that holds it.
Held: TypeAlias = list[tuple[int, Any]]


class Inserted(NamedTuple):
    """Rows that were inserted, in their order."""

    rows: Sequence[Row]
    """By attribute what is known of each: what was given, and what was needed."""
    made: list[Any] | None
    """What a DTO is made of them; None where their statement does not return it."""


async def insert_tree(
    sink: SessionSink,
    columns: Columns,
    rows: Sequence[Values],
    needed: Iterable[str] = (),
    dto: Any = None,
) -> Inserted:
    """Insert rows of one class, and the objects of their relations.

    needed: the attributes that are wanted of each row afterwards.
    dto: what is to be made of the rows, if their statement returns it.
    """
    own: list[Row] = [row.columns for row in rows]
    if any(row.below for row in rows):
        below, beside, named = _objects(rows, _is_below), _objects(rows, _is_beside), _keys(rows)
        check_between(sink.filters, (*beside, *named))
        own = await _above(sink, rows, own)
        needed = (*needed, *_leading(below, [*beside, *named]))
        inserted = await _insert(sink, columns, own, needed, dto)
        for relation, objects in below.items():
            await _under(sink, relation, objects, inserted.rows)
        for relation, objects in beside.items():
            await _beside(sink, relation, objects, inserted.rows)
        for relation, keys in named.items():
            await _to_those_there(sink, relation, keys, inserted.rows)
        return inserted
    return await _insert(sink, columns, own, needed, dto)


@lru_cache(maxsize=1024)
def pairs_of(relation: RelationshipProperty[Any]) -> Sequence[tuple[str, str]]:
    """The attributes that a relation goes by: of the class that has it, and of the other."""
    here, there = relation.parent, relation.mapper
    return [
        (here.get_property_by_column(local).key, there.get_property_by_column(remote).key)
        for local, remote in relation.local_remote_pairs or ()
    ]


def _is_above(relation: RelationshipProperty[Any]) -> bool:
    return relation.direction is RelationshipDirection.MANYTOONE


def _is_below(relation: RelationshipProperty[Any]) -> bool:
    return relation.direction is RelationshipDirection.ONETOMANY


def _is_beside(relation: RelationshipProperty[Any]) -> bool:
    return relation.direction is RelationshipDirection.MANYTOMANY


def _leading(
    below: Iterable[RelationshipProperty[Any]], linked: Iterable[RelationshipProperty[Any]]
) -> Iterator[str]:
    """The attributes of a row that others refer to."""
    for relation in below:
        yield from (name for name, _ in pairs_of(relation))
    for relation in linked:
        yield from (name for name, _ in held_of_parent(relation))


def _objects(
    rows: Sequence[Values], wanted: Callable[[RelationshipProperty[Any]], bool]
) -> dict[RelationshipProperty[Any], Held]:
    """The objects of the relations that are wanted, in the order of the rows."""
    found: dict[RelationshipProperty[Any], Held] = {}
    for number, row in enumerate(rows):
        for below, value in row.below:
            if value is not None and isinstance(below, Below) and wanted(below.relation):
                objects = value if below.many else (value,)
                held = found.setdefault(below.relation, [])
                held += [(number, each) for each in objects]
    return found


def _keys(rows: Sequence[Values]) -> dict[RelationshipProperty[Any], Held]:
    """The keys of the objects that are there and belong to the rows, by relation."""
    found: dict[RelationshipProperty[Any], Held] = {}
    for number, row in enumerate(rows):
        for linked, keys in row.below:
            if isinstance(linked, Linked) and keys is not None:
                found.setdefault(linked.relation, []).extend((number, key) for key in keys)
    return found


async def _above(sink: SessionSink, rows: Sequence[Values], own: list[Row]) -> list[Row]:
    """The rows with the foreign keys to the objects of their relations to one, which are inserted."""
    whole: list[dict[str, Any]] = [dict(row) for row in own]
    for relation, objects in _objects(rows, _is_above).items():
        other, pairs = columns_of(relation.mapper.class_), pairs_of(relation)
        found = [row_of(sink, other, value) for _, value in objects]
        inserted = await insert_tree(sink, other, found, [remote for _, remote in pairs])
        for (number, _), made in zip(objects, inserted.rows, strict=True):
            whole[number] |= {local: made[remote] for local, remote in pairs}
    return list(whole)


async def _under(
    sink: SessionSink,
    relation: RelationshipProperty[Any],
    objects: Held,
    parents: Sequence[Row],
) -> None:
    """Insert the objects of a relation whose foreign keys lead to rows that are there."""
    other, pairs = columns_of(relation.mapper.class_), pairs_of(relation)
    leading = [{remote: parent[local] for local, remote in pairs} for parent in parents]
    found = [(row_of(sink, other, each), number) for number, each in objects]
    await insert_tree(
        sink,
        other,
        [row._replace(columns={**row.columns, **leading[number]}) for row, number in found],
    )


async def _beside(
    sink: SessionSink,
    relation: RelationshipProperty[Any],
    objects: Held,
    parents: Sequence[Row],
) -> None:
    """Insert the objects of a relation that goes by an association table, and its rows."""
    other = columns_of(relation.mapper.class_)
    found = [row_of(sink, other, each) for _, each in objects]
    needed = [name for name, _ in held_of_other(relation)]
    inserted = await insert_tree(sink, other, found, needed)
    numbers = (number for number, _ in objects)
    pairs = zip(numbers, inserted.rows, strict=True)
    await link(sink, relation, [(parents[number], row) for number, row in pairs])


async def _to_those_there(
    sink: SessionSink,
    relation: RelationshipProperty[Any],
    keys: Held,
    parents: Sequence[Row],
) -> None:
    ((name, _),) = held_of_other(relation)
    await link(sink, relation, [(parents[number], {name: key}) for number, key in keys])


async def _insert(
    sink: SessionSink, columns: Columns, rows: list[Row], needed: Iterable[str], dto: Any
) -> Inserted:
    """Insert rows of one class, run by run of those that name the same columns."""
    if columns.is_joined:
        keys = await insert_joined(sink, columns, rows)
        return Inserted([{**row, **key} for row, key in zip(rows, keys, strict=True)], None)
    wanted = tuple(dict.fromkeys(needed))
    if dto is not None:
        # By which it is read, where the statement does not return it.
        wanted = tuple(dict.fromkeys((*wanted, *columns.key)))
    found, made = list[Row](), list[Any]()
    is_made = dto is not None
    by_column = [columns.for_insert(row) for row in rows]
    for names, run in _runs(by_column):
        inserted = await _Run(sink, columns, names, run).insert(wanted, dto)
        found += inserted.rows
        made += inserted.made or ()
        is_made = is_made and inserted.made is not None
    return Inserted(found, made if is_made else None)


def _runs(rows: list[dict[str, Any]]) -> Iterator[tuple[tuple[str, ...], list[dict[str, Any]]]]:
    """Rows one after the other that name the same columns: their order is that of the keys they are given.

    One with SQL is alone.
    """
    named = [
        (tuple(row), number if has_sql(row.values()) else None) for number, row in enumerate(rows)
    ]
    for (keys, _), run in groupby(zip(named, rows, strict=True), itemgetter(0)):
        yield keys, [row for _, row in run]


class _Run:
    """Rows of one table that one statement inserts."""

    __slots__ = ("_columns", "_computed", "_keys", "_rows", "_sink")

    def __init__(
        self,
        sink: SessionSink,
        columns: Columns,
        keys: tuple[str, ...],
        rows: list[dict[str, Any]],
    ) -> None:
        """rows: by the key of a column. What Python fills of them is put into them."""
        self._computed = {key: value for key, value in rows[0].items() if is_sql(value)}
        if self._computed:
            check_values(sink.filters, columns.mapper, self._computed)
            keys = tuple(key for key in keys if key not in self._computed)
            rows = [{key: rows[0][key] for key in keys}]
        self._sink, self._columns, self._keys, self._rows = sink, columns, keys, rows

    async def insert(self, wanted: tuple[str, ...], dto: Any) -> Inserted:
        """Insert them. wanted: the attributes to be known afterwards."""
        needed = tuple(name for name in wanted if not self._knows(name))
        writing = inserting(
            self._columns,
            self._keys,
            dto,
            self._sink.target,
            needed=needed,
            computed=self._computed,
        )
        if needed and not writing.known and len(self._rows) > 1:
            # MySQL tells the key of one row alone.
            return await self._one_by_one(wanted, dto)
        returned = await send(self._sink, writing, self._rows)
        if writing.returns_rows:
            self._check(returned)
        if not wanted:
            return Inserted((), writing.assemble(returned, ()) if writing.assemble else None)
        if needed and not writing.known:
            known: Sequence[Row] = [await self._counted(needed)]
        elif writing.known:
            known = [attributes_of_row(writing.known, row) for row in returned]
        else:
            known = [{}] * len(self._rows)
        # A row may hold more: defaults of subclasses in the same table, which are no attributes.
        held = [(name, self._columns.column(name).key) for name in wanted]
        rows: list[Row] = [
            {**{name: row[key] for name, key in held if key in row}, **more}
            for row, more in zip(self._rows, known, strict=True)
        ]
        return Inserted(rows, writing.assemble(returned, ()) if writing.assemble else None)

    def _knows(self, name: str) -> bool:
        """Whether the value of an attribute is known before the row is there."""
        column = self._columns.by_attribute[name]
        default: Any = column.default
        if column.key in self._computed:
            return False
        is_filled = default is not None and (default.is_scalar or default.is_callable)
        return column.key in self._keys or is_filled

    def _check(self, returned: Rows) -> None:
        """Raise `UnfitValues` where there is not a row for each that was sent."""
        if len(returned) != len(self._rows) or None in returned:
            raise UnfitValues(
                model=self._columns.name,
                reason="was left out by a trigger of the database, so that it has no key",
                cure="write it alone, without returning=",
            )

    async def _counted(self, needed: tuple[str, ...]) -> Row:
        """MySQL, which has no RETURNING: the one column that counts by itself."""
        if computed := [
            name for name in needed if self._columns.column(name).key in self._computed
        ]:
            raise UnfitValues(
                model=self._columns.name,
                reason=f"has {' and '.join(computed)} computed by SQL, which MySQL does not return",
                cure="give a value, or write the row alone, without returning=",
            )
        ((last,),) = await self._sink.fetch("SELECT LAST_INSERT_ID()", ())
        return dict.fromkeys(needed, last)

    async def _one_by_one(self, wanted: tuple[str, ...], dto: Any) -> Inserted:
        runs = [_Run(self._sink, self._columns, self._keys, [row]) for row in self._rows]
        found = [await run.insert(wanted, dto) for run in runs]
        return Inserted([row for one in found for row in one.rows], None)
