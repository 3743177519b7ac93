"""A design as mapped classes, with tables of their own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ForeignKeyConstraint, Integer, MetaData, String, Table
from sqlalchemy.orm import class_mapper, configure_mappers, registry, relationship

from tests.dml.drawn.designs import (
    JOINED,
    KIND,
    MARK,
    OWNER,
    PARTS,
    PLACE,
    PLAIN,
    TENS,
    Design,
)
from tests.dml.drawn.slots import Slot


@dataclass(frozen=True)
class Classes:
    """The mapped classes of a design, the subclass after its base, that of parts, and their tables."""

    design: Design
    side: str
    metadata: MetaData
    models: tuple[type[Any], ...]
    part: type[Any]
    tables: tuple[Table, ...]


def classes(design: Design, side: str) -> Classes:
    """Map a design.

    side: what stands before the names of its tables.
    """
    mapping = registry(metadata=MetaData())
    base = Table(f"{side} {design.tables[0]}", mapping.metadata, *_columns(design, side))
    tables = [base]
    name = f"Model{design.number}"
    model = type(name, (), {})
    mapping.map_imperatively(
        model, base, properties=_base_properties(design, base), **_options(design, base)
    )
    models = [model]
    if design.form != PLAIN:
        sub = type(f"Sub{name}", (model,), {})
        table = _sub_table(design, side, mapping.metadata) if design.form == JOINED else None
        tables += [] if table is None else [table]
        mapping.map_imperatively(
            sub,
            table,
            inherits=model,
            polymorphic_identity="sub",
            properties=_sub_properties(design, base, table),
        )
        models.append(sub)
    part, parts = _part(design, side, mapping, model)
    configure_mappers()
    return Classes(design, side, mapping.metadata, tuple(models), part, (*tables, parts))


def _part(
    design: Design, side: str, mapping: registry, model: type[Any]
) -> tuple[type[Any], Table]:
    """The class of the parts of a row, and their table, whose key begins with that of the row."""
    metadata = mapping.metadata
    names = [slot.column for slot in design.key]
    base = metadata.tables[f"{side} {design.tables[0]}"]
    table = Table(
        f"{side} {design.tables[2]}",
        metadata,
        *_keys(design),
        Column(PLACE, Integer, primary_key=True, autoincrement=False),
        *(
            slot.made(f"{side}_{design.number}_part_{number}", MARK.column)
            for number, slot in enumerate(design.part)
        ),
        ForeignKeyConstraint(names, [base.c[name] for name in names], ondelete="CASCADE"),
    )
    part = type(f"Part{design.number}", (), {})
    properties: dict[str, Any] = {
        slot.name: table.c[slot.column] for slot in (*design.key, *design.part)
    }
    leading = relationship(model, back_populates=PARTS)
    mapping.map_imperatively(part, table, properties={**properties, OWNER: leading})
    class_mapper(model, configure=False).add_property(
        PARTS, relationship(part, back_populates=OWNER, passive_deletes="all")
    )
    return part, table


def _columns(design: Design, side: str) -> Iterator[Column[Any]]:
    for slot in design.key:
        yield slot.made("", MARK.column, primary_key=True, autoincrement=design.generated)
    slots = design.of_class(0) if design.form == JOINED else design.slots + design.more
    for number, slot in enumerate(slots):
        yield slot.made(f"{side}_{design.number}_{number}", MARK.column)
    if design.form != PLAIN:
        yield Column(KIND, String(20), nullable=False)
    if design.version:
        yield Column("version", Integer, nullable=False)


def _sub_table(design: Design, side: str, metadata: MetaData) -> Table:
    own = [
        slot.made(f"{side}_{design.number}_sub_{number}", MARK.column)
        for number, slot in enumerate(design.more)
    ]
    names = [slot.column for slot in design.key]
    base = metadata.tables[f"{side} {design.tables[0]}"]
    leading = ForeignKeyConstraint(names, [base.c[name] for name in names])
    return Table(f"{side} {design.tables[1]}", metadata, *_keys(design), *own, leading)


def _keys(design: Design) -> list[Column[Any]]:
    return [
        slot.made("", MARK.column, primary_key=True, autoincrement=False) for slot in design.key
    ]


def _base_properties(design: Design, table: Table) -> dict[str, Any]:
    return {slot.name: table.c[slot.column] for slot in (*design.key, *design.slots)}


def _sub_properties(design: Design, base: Table, table: Table | None) -> dict[str, Any]:
    held = base if table is None else table
    found: dict[str, Any] = {slot.name: held.c[slot.column] for slot in design.more}
    if table is not None:
        found |= {slot.name: [table.c[slot.column], base.c[slot.column]] for slot in design.key}
    return found


def _options(design: Design, table: Table) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if design.form != PLAIN:
        options |= {"polymorphic_on": table.c[KIND], "polymorphic_identity": "base"}
        # What a subclass has in the same table is none of its base's.
        options["exclude_properties"] = [slot.column for slot in design.more]
    if design.version:
        options["version_id_col"] = table.c.version
    if design.version == TENS:
        options["version_id_generator"] = lambda version: (version or 0) + 10
    return options


def attributes(design: Design, number: int) -> tuple[str, ...]:
    """What a class holds of a row, without a key that the database makes."""
    key: tuple[Slot, ...] = () if design.generated else design.key
    names = [slot.name for slot in (*key, *design.of_class(number))]
    return (*names, *(["version"] if design.version else []))


def part_attributes(design: Design) -> tuple[str, ...]:
    """What a part holds, without what is made of a key that the database makes."""
    key: tuple[Slot, ...] = () if design.generated else design.key
    return (*(slot.name for slot in key), PLACE, *(slot.name for slot in design.part))
