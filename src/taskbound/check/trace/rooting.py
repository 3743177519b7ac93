"""A kind as it is seen from another place: the attribute of a parameter, of self, of a new object."""

from __future__ import annotations

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
    contained,
)

DEEPEST = 4


def rerooted(
    kind: Kind, path: tuple[str, ...] | None, owner: object, memo: dict[int, Kind]
) -> Kind:
    """A kind as it is seen from elsewhere. What was one session stays one: its first path is its name."""
    known = memo.get(id(kind))
    if known is None:
        known = memo[id(kind)] = _rerooted(kind, path, owner, memo)
    return known


def is_rooted(kind: Kind, deepest: int) -> bool:
    if isinstance(kind, (Session, SessionFactory, Engine)):
        return True
    if deepest and isinstance(kind, Instance):
        return any(is_rooted(value, deepest - 1) for value in kind.fields.values())
    if deepest and isinstance(kind, Collection):
        return any(is_rooted(value, deepest - 1) for value, _ in contained(kind))
    return False


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
            scoped=kind.scoped, engine=kind.engine, path=path, owner=owner,
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
        if not is_rooted(kind, DEEPEST):
            return Instance(kind.cls, kind.fields, path)
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
    if path is None or len(path) <= DEEPEST:
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
