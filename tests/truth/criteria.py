"""Conditions, orders and expressions over a class, drawn from a tape. The database is their own oracle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import case, func, or_

from tests.truth.columns import KINDS
from tests.truth.entities import Attribute, Entity
from tests.truth.tape import Tape

_KIND = {kind.name: kind for kind in KINDS}


@dataclass(frozen=True, eq=False)
class Criterion:
    """SQL over a class, or an alias of it."""

    told: str
    make: Callable[[Any], Any]

    def __repr__(self) -> str:
        return self.told


@dataclass(frozen=True)
class Selection:
    """Which objects of a relation to many a field holds."""

    where: Criterion | None = None
    order: tuple[Criterion, ...] = ()
    limit: int | None = None


@dataclass(frozen=True)
class Aggregation:
    """What a field tells of the objects of a relation to many."""

    function: str
    over: Attribute | None
    where: Criterion | None


def drawn_condition(tape: Tape, entity: Entity, backend: str) -> Criterion:
    """A condition for one column, or for two."""
    first = _condition(tape, entity, backend)
    if not tape.chance(25):
        return first
    other = _condition(tape, entity, backend)
    return Criterion(
        f"{first} or {other}", lambda source: or_(first.make(source), other.make(source))
    )


def drawn_order(tape: Tape, entity: Entity) -> tuple[Criterion, ...]:
    """An order without ties."""
    names = [one.name for one in entity.key]
    if tape.chance(60):
        names.insert(0, tape.one_of(_comparable(entity)).name)
    return tuple(_ordered(name, descending=tape.chance(50)) for name in names)


def drawn_selection(tape: Tape, entity: Entity, backend: str, *, ordered: bool) -> Selection:
    """Some of the objects of a relation to many, which itself may have an order."""
    where = drawn_condition(tape, entity, backend) if tape.chance(50) else None
    order = drawn_order(tape, entity) if tape.chance(50) else ()
    limit = tape.between(1, 3) if (order or ordered) and tape.chance(50) else None
    return Selection(where, order, limit)


def drawn_aggregation(tape: Tape, entity: Entity, backend: str) -> Aggregation:
    """Something about the objects of a relation to many."""
    where = drawn_condition(tape, entity, backend) if tape.chance(30) else None
    function = tape.one_of(("Count", "Exists", "Sum", "Min", "Max"))
    kinds = _SUMMED if function == "Sum" else _COMPARED
    columns = [one for one in entity.attributes if one.kind.name in kinds]
    if function in {"Count", "Exists"} or not columns:
        return Aggregation("Exists" if function == "Exists" else "Count", None, where)
    return Aggregation(function, tape.one_of(columns), where)


def drawn_expression(tape: Tape, entity: Entity) -> tuple[Attribute, Criterion]:
    """SQL over a class, as an attribute that has no column."""
    if entity.relations and tape.chance(40):
        relation = tape.one_of(entity.relations)
        name = relation.name
        found = Criterion(f"{name} is there", partial(_there, name=name, many=relation.many))
        return Attribute("found", _KIND["boolean"], nullable=False), found
    texts = [one for one in entity.own() if one.kind.name in {"text", "string"}]
    if texts and tape.chance(60):
        one = tape.one_of(texts)
        length = Criterion(f"length({one.name})", lambda e: func.length(getattr(e, one.name)))
        return Attribute("length", _KIND["integer"], one.nullable), length
    one = tape.one_of([one for one in entity.attributes if one.kind.compared])
    told = Criterion(
        f"case({one.name})",
        lambda e: case((getattr(e, one.name).is_(None), "nothing"), else_="100% 'there' :x"),
    )
    return Attribute("told", _KIND["text"], nullable=False), told


def _there(source: Any, *, name: str, many: bool) -> Any:
    relation = getattr(source, name)
    return relation.any() if many else relation.has()


def _condition(tape: Tape, entity: Entity, backend: str) -> Criterion:
    one = tape.one_of(_comparable(entity))
    name, values = one.name, one.kind.values_on(backend)
    value, other = tape.one_of(values), tape.one_of(values)
    conditions = (
        Criterion(f"{name} != {value!r}", lambda source: getattr(source, name) != value),
        Criterion(f"{name} is not null", lambda source: getattr(source, name).is_not(None)),
        Criterion(f"{name} == {value!r}", lambda source: getattr(source, name) == value),
        Criterion(f"{name} is null", lambda source: getattr(source, name).is_(None)),
        Criterion(
            f"{name} in {value!r}, {other!r}",
            lambda source: getattr(source, name).in_([value, other]),
        ),
    )
    return tape.one_of(conditions)


def _ordered(name: str, *, descending: bool) -> Criterion:
    if descending:
        return Criterion(f"{name} desc", lambda source: getattr(source, name).desc())
    return Criterion(name, lambda source: getattr(source, name))


def _comparable(entity: Entity) -> list[Attribute]:
    return [one for one in entity.attributes if one.kind.compared]


# Python adds these up and compares them as every database does.
_SUMMED = {"integer", "small"}
_COMPARED = {"integer", "small", "big", "key", "big_key", "date", "moment", "numeric", "whole"}
