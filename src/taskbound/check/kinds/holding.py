"""What a value holds: sessions, or nothing that depends on who looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskbound.check.kinds.collection import _MOST_ITEMS, Collection, contained
from taskbound.check.kinds.kind import Constant, Outside, Unknown
from taskbound.check.kinds.project import ClassRef, FunctionRef, Instance, ModuleRef
from taskbound.check.kinds.rows import Entity, Result, Rows
from taskbound.check.kinds.session import Session, Transaction
from taskbound.check.kinds.statement import MappedAttribute, Option, Statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from taskbound.check.kinds.kind import Kind


def is_plain(kind: Kind, seen: set[int] | None = None) -> bool:
    """Is a value the same wherever it is looked at from: no session or factory in it, and no parameter?"""
    if isinstance(kind, (Instance, Collection)):
        return _all_plain(kind, set() if seen is None else seen)
    if isinstance(kind, (Rows, Result)):
        return kind.session is None and is_plain(kind.of, seen)
    if isinstance(kind, Entity):
        return kind.session is None
    if isinstance(kind, FunctionRef):
        return kind.bound is None and kind.scope is None
    return isinstance(kind, _PLAIN)


_PLAIN = (Unknown, Constant, Outside, ModuleRef, ClassRef, Statement, Option, MappedAttribute)


def _all_plain(kind: Instance | Collection, seen: set[int]) -> bool:
    """A value may hold itself."""
    known = kind.plain if isinstance(kind, Instance) else None
    if known is not None or id(kind) in seen:
        return known is not False
    seen.add(id(kind))
    plain = len(seen) < _MOST_ITEMS and all(is_plain(value, seen) for value in held_by(kind))
    if isinstance(kind, Instance):
        kind.plain = plain
    return plain


def sessions_in(kind: Kind, deepest: int = 4) -> Iterator[Session]:
    """The sessions that a value is, or holds in its attributes or items, each once."""
    if isinstance(kind, Session):
        yield kind
    elif isinstance(kind, (Instance, Collection, FunctionRef, Transaction)):
        yield from _sessions_in(kind, deepest, set())


def _sessions_in(kind: Kind, deepest: int, seen: set[int]) -> Iterator[Session]:
    if id(kind) in seen:
        return
    if isinstance(kind, Session):
        seen.add(id(kind))
        yield kind
    elif isinstance(kind, (Instance, Collection, FunctionRef, Transaction)):
        seen.add(id(kind))
        if deepest:
            for inner in held_by(kind):
                yield from _sessions_in(inner, deepest - 1, seen)


def held_by(kind: Kind) -> Iterable[Kind]:
    """What a value holds directly: attributes, items, a method's object, a transaction's session."""
    if isinstance(kind, Instance):
        return () if kind.plain else kind.fields.values()
    if isinstance(kind, Collection):
        return [value for value, _ in contained(kind)]
    if isinstance(kind, Transaction):
        return (kind.session,)
    return (kind.bound,) if isinstance(kind, FunctionRef) and kind.bound is not None else ()
