"""The names of a function while it is lowered, and those of the functions around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskbound.check.kinds import (
    NONE,
    UNKNOWN,
    Collection,
    Constant,
    Context,
    Engine,
    Entity,
    Instance,
    Kind,
    Parameter,
    Result,
    Row,
    Rows,
    Session,
    SessionFactory,
    Statement,
    element,
)

if TYPE_CHECKING:
    from collections.abc import Iterable


class Scope:
    """Names that a nested function closes over: as they were where it was defined, then as they ended."""

    __slots__ = ("finals", "names", "outer")

    def __init__(
        self, names: dict[str, Kind], finals: dict[str, Kind], outer: Scope | None
    ) -> None:
        self.names: dict[str, Kind] = names
        self.finals: dict[str, Kind] = finals
        self.outer: Scope | None = outer

    def get(self, name: str) -> Kind | None:
        """The kind of a name of a function around, or None."""
        found = self.names.get(name) or self.finals.get(name)
        if found is None and self.outer is not None:
            return self.outer.get(name)
        return found


def joined(kinds: Iterable[Kind]) -> Kind:
    """What a value is that may be any of these."""
    found: Kind | None = None
    for kind in kinds:
        found = kind if found is None else join(found, kind)
    return UNKNOWN if found is None else found


def joined_names(ends: list[dict[str, Kind]]) -> dict[str, Kind]:
    """The names after several paths; one that only some of them bind is what those say."""
    names = dict(ends[0])
    for end in ends[1:]:
        for name, kind in end.items():
            names[name] = join(names[name], kind) if name in names else kind
    return names


def join(one: Kind, other: Kind) -> Kind:
    """What a value is that is the one or the other. None and the unknown give way to what is known."""
    if one is other:
        return one
    if isinstance(one, Collection) and _may_be_any(other):
        return _open(one)
    if isinstance(other, Collection) and _may_be_any(one):
        return _open(other)
    if other is UNKNOWN or other is NONE:
        return one
    if (
        one is UNKNOWN
        or one is NONE
        or (isinstance(one, Parameter) and not isinstance(other, Parameter))
    ):
        return other
    if isinstance(other, Parameter):
        return one
    return _alike(one, other)


def unpacked(kind: Kind, count: int) -> list[Kind]:
    """What each of several targets gets."""
    if isinstance(kind, Row):
        return [*kind.of, *[UNKNOWN] * count][:count]
    if isinstance(kind, Collection) and not any(many for _, many in kind.items):
        return [*(item for item, _ in kind.items), *[UNKNOWN] * count][:count]
    if isinstance(kind, (Rows, Collection)):
        return [element(kind)] * count
    return [UNKNOWN] * count


def _alike(one: Kind, other: Kind) -> Kind:
    if type(one) is not type(other):
        return _first_of_value(one, other)
    if isinstance(one, Statement) and isinstance(other, Statement):
        return _statements(one, other)
    if isinstance(one, Entity) and isinstance(other, Entity):
        return _entities(one, other)
    if isinstance(one, (Rows, Result)) and isinstance(other, (Rows, Result)):
        joined_of = join(one.of, other.of)
        if isinstance(one, Rows):
            return Rows(joined_of, statement=one.statement or other.statement, session=one.session)
        return Result(joined_of, statement=one.statement, session=one.session, scalars=one.scalars)
    if isinstance(one, Constant):
        return one if isinstance(other, Constant) and one.value == other.value else UNKNOWN
    if isinstance(one, Collection) and isinstance(other, Collection):
        return _collections(one, other)
    if isinstance(one, Instance) and isinstance(other, Instance):
        return one if one.cls is other.cls else UNKNOWN
    return one


def _may_be_any(kind: Kind) -> bool:
    return kind is UNKNOWN or isinstance(kind, Parameter)


def _open(known: Collection) -> Collection:
    """`given or [default]`: there may be more in it, or other things than these."""
    if any(many and item is UNKNOWN for item, many in known.items):
        return known
    return Collection([*known.items, (UNKNOWN, True)], known.keyed, known.node)


def _collections(one: Collection, other: Collection) -> Collection:
    """Both began alike, mostly: what the one holds already is not told twice."""
    held = {id(item) for item, _ in one.items}
    both = Collection(list(one.items), None, one.node)
    for item, many in other.items:
        if id(item) not in held:
            both.put(item, many=many)
    if one.keyed is not None or other.keyed is not None:
        both.keyed = {**(other.keyed or {}), **(one.keyed or {})}
    return both


def _first_of_value(one: Kind, other: Kind) -> Kind:
    for kind in (one, other):
        if isinstance(kind, (Session, SessionFactory, Engine, Context)):
            return kind
    return UNKNOWN


def _statements(one: Statement, other: Statement) -> Statement:
    return Statement(
        one.verb, one.entities, one.node, one.source, options=(*one.options, *other.options),
        clauses=one.clauses + tuple(clause for clause in other.clauses if clause not in one.clauses),
        complete=one.complete and other.complete and one.verb == other.verb, text=one.text,
    )  # fmt: skip


def _entities(one: Entity, other: Entity) -> Kind:
    if one.cls is not other.cls:
        return UNKNOWN
    if (
        one.statement is not None
        and other.statement is not None
        and one.statement is not other.statement
    ):
        statement = _statements(one.statement, other.statement)
        return Entity(
            one.cls,
            statement=statement,
            session=one.session,
            made=one.made,
            options=one.options,
            via=one.via,
        )
    # One of them came from nowhere that is known: nothing is proven of how it was loaded.
    return one if one.statement is not None or one.made is not None else other
