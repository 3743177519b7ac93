"""Rows for the tables of a family, drawn from a tape."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Table, insert, null, update

from tests.truth.entities import Attribute, Entity, Family, Link, Reference
from tests.truth.tape import Tape

Row = dict[str, Any]
Rows = list[tuple[Table, list[Row]]]
"""The tables, each after those that it refers to."""
_COUNTS = (2, 3, 0, 1, 4, 6, 3, 5)


def drawn_rows(tape: Tape, family: Family) -> Rows:
    """Up to six rows for each table."""
    return _Drawing(tape, family).rows()


def put(connection: Connection, rows: Rows) -> None:
    """Insert them."""
    for table, content in rows:
        if content:
            connection.execute(insert(table), content)


def take_away(connection: Connection, family: Family) -> None:
    """Delete every row of a family."""
    for link in family.links:
        connection.execute(link.table.delete())
    for entity in reversed(family.entities):
        for reference in entity.references:
            if reference.target == entity.number:
                # MariaDB looks at each row by itself, whatever the statement deletes after it.
                nothing = {one.column: None for one in reference.attributes}
                connection.execute(update(entity.table).values(nothing))
        connection.execute(entity.table.delete())


class _Drawing:
    def __init__(self, tape: Tape, family: Family) -> None:
        self._tape = tape
        self._family = family
        self._rows: list[list[Row]] = []

    def rows(self) -> Rows:
        for entity in self._family.entities:
            self._rows.append([])
            self._add(entity)
        own = zip((entity.table for entity in self._family.entities), self._rows, strict=True)
        return [*own, *((link.table, list(self._linked(link))) for link in self._family.links)]

    def _add(self, entity: Entity) -> None:
        keys: list[tuple[Any, ...]] = []
        used: dict[tuple[str, ...], list[Row]] = {}
        for _ in range(self._tape.one_of(_COUNTS)):
            row = self._row(entity, keys, used)
            if row is not None:
                keys.append(tuple(row[one.column or ""] for one in entity.key))
                self._rows[entity.number].append(row)

    def _row(
        self,
        entity: Entity,
        keys: list[tuple[Any, ...]],
        used: dict[tuple[str, ...], list[Row]],
    ) -> Row | None:
        row: Row = {}
        for reference in entity.references:
            found = self._referred(reference, used)
            if found is None:
                return None
            row |= found
        for attribute in entity.key:
            row.setdefault(attribute.column or "", self._key(attribute, entity, row, keys))
        if tuple(row[one.column or ""] for one in entity.key) in keys:
            return None
        return row | {one.column or "": self._value(one) for one in entity.own()}

    def _key(
        self, attribute: Attribute, entity: Entity, row: Row, keys: list[tuple[Any, ...]]
    ) -> Any:
        values = attribute.kind.values_on(self._family.backend)
        if attribute is entity.key[-1]:
            before = tuple(row[one.column or ""] for one in entity.key[:-1])
            taken = {key[-1] for key in keys if key[:-1] == before}
            values = tuple(value for value in values if value not in taken)
        return self._tape.one_of(values)

    def _referred(self, reference: Reference, used: dict[tuple[str, ...], list[Row]]) -> Row | None:
        """The columns of a reference; None where it has nothing to refer to."""
        columns = tuple(one.column or "" for one in reference.attributes)
        target = self._family.entities[reference.target]
        there = [
            {column: row[one.column or ""] for column, one in zip(columns, target.key, strict=True)}
            for row in self._rows[reference.target]
        ]
        taken = used.setdefault(columns, [])
        free = [one for one in there if not (reference.unique and one in taken)]
        if reference.nullable and (not free or self._tape.chance(25)):
            return dict.fromkeys(columns)
        if not free:
            return None
        chosen = self._tape.one_of(free)
        taken.append(chosen)
        return chosen

    def _value(self, attribute: Attribute) -> Any:
        if attribute.nullable and self._tape.chance(30):
            # None is a document to a JSON column, and Blank has its own way to say NULL.
            return {"json": null(), "jsonb": null(), "blank": "-"}.get(attribute.kind.name)
        values = attribute.kind.values_on(self._family.backend)
        if attribute.kind.name == "blank" and not attribute.nullable:
            values = values[1:]
        return self._tape.one_of(values)

    def _linked(self, link: Link) -> Iterator[Row]:
        left, right = (self._family.entities[number] for number in (link.left, link.right))
        for a in self._rows[link.left]:
            for b in self._rows[link.right]:
                if self._tape.chance(35):
                    near = (a[one.column or ""] for one in left.key)
                    far = (b[one.column or ""] for one in right.key)
                    yield dict(
                        zip((*link.left_columns, *link.right_columns), (*near, *far), strict=True)
                    )
