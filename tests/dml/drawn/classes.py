"""A design as mapped classes, with tables of their own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ForeignKeyConstraint, Integer, MetaData, String, Table
from sqlalchemy.orm import configure_mappers, registry

from tests.dml.drawn.designs import JOINED, KIND, MARK, PLAIN, TENS, Design
from tests.dml.drawn.slots import Slot


@dataclass(frozen=True)
class Classes:
    """The mapped classes of a design, the subclass after its base, and their tables."""

    design: Design
    side: str
    metadata: MetaData
    models: tuple[type[Any], ...]
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
    configure_mappers()
    return Classes(design, side, mapping.metadata, tuple(models), tuple(tables))


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
    keys = [
        slot.made("", MARK.column, primary_key=True, autoincrement=False) for slot in design.key
    ]
    own = [
        slot.made(f"{side}_{design.number}_sub_{number}", MARK.column)
        for number, slot in enumerate(design.more)
    ]
    names = [slot.column for slot in design.key]
    base = metadata.tables[f"{side} {design.tables[0]}"]
    leading = ForeignKeyConstraint(names, [base.c[name] for name in names])
    return Table(f"{side} {design.tables[1]}", metadata, *keys, *own, leading)


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
