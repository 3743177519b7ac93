"""A kind as it is seen from another place: the attribute of a parameter, of self, of a new object."""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskbound.check.kinds import (
    NONE,
    UNKNOWN,
    Collection,
    Constant,
    Engine,
    Instance,
    Kind,
    Parameter,
    Provided,
    Session,
    SessionFactory,
    is_plain,
)

if TYPE_CHECKING:
    from taskbound.check.index.facts import ClassFacts

DEEPEST = 4
# Of one object: what it holds beyond this is somebody's whole application.
_MOST = 300


def rerooted(
    kind: Kind, path: tuple[str, ...] | None, owner: object, memo: dict[int, Kind]
) -> Kind:
    """A kind as it is seen from elsewhere. What was one session stays one: its first path is its name."""
    known = memo.get(id(kind))
    if known is None:
        known = memo[id(kind)] = _rerooted(kind, path, owner, memo)
    return known


def plain(cls: ClassFacts, fields: dict[str, Kind], path: tuple[str, ...] | None) -> Instance:
    """An object of a class whose objects are all alike: they have their attributes in common."""
    made = Instance(cls, fields, path)
    made.plain = True
    return made


def _rerooted(
    kind: Kind, path: tuple[str, ...] | None, owner: object, memo: dict[int, Kind]
) -> Kind:
    if isinstance(kind, Session) and kind.how != "global":
        seen = kind.again(kind.node, kind.source)
        seen.how, seen.path, seen.owner = "attribute", path, owner
        seen.name = ".".join(path) if path else kind.name
        return seen
    if isinstance(kind, SessionFactory) and kind.path is not None:
        return SessionFactory(
            asynchronous=kind.asynchronous, expiring=kind.expiring, node=kind.node, source=kind.source,
            scoped=kind.scoped, engine=kind.engine, path=path, owner=owner, callable=kind.callable,
        )  # fmt: skip
    if isinstance(kind, Engine) and kind.path is not None:
        return Engine(
            asynchronous=kind.asynchronous,
            node=kind.node,
            source=kind.source,
            url=kind.url,
            path=path,
            owner=owner,
        )
    if isinstance(kind, Instance):
        if is_plain(kind):
            return plain(kind.cls, kind.fields, path)
        return _instance(kind, path, owner, memo)
    if isinstance(kind, Collection):
        return _collection(kind, path, owner, memo)
    if isinstance(kind, (Parameter, Constant, Provided)):
        return NONE if kind is NONE else UNKNOWN
    return kind


def _instance(
    kind: Instance, path: tuple[str, ...] | None, owner: object, memo: dict[int, Kind]
) -> Kind:
    seen = Instance(kind.cls, {}, path)
    memo[id(kind)] = seen
    if len(memo) < _MOST and (path is None or len(path) <= DEEPEST):
        for name, value in kind.fields.items():
            seen.fields[name] = rerooted(
                value, None if path is None else (*path, name), owner, memo
            )
    return seen


def _collection(
    kind: Collection, path: tuple[str, ...] | None, owner: object, memo: dict[int, Kind]
) -> Kind:
    seen = Collection(
        [(rerooted(item, None, owner, memo), many) for item, many in kind.items], node=kind.node
    )
    if kind.keyed is not None:
        seen.keyed = {
            key: rerooted(value, None if path is None else (*path, str(key)), owner, memo)
            for key, value in kind.keyed.items()
        }
    return seen
