"""Statements and loader options, as they are put together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskbound.check.kinds import (
    NONE,
    UNKNOWN,
    ClassRef,
    Collection,
    Constant,
    Entity,
    Kind,
    MappedAttribute,
    Option,
    Row,
    Statement,
    contained,
)

if TYPE_CHECKING:
    from taskbound.check.index.facts import ClassFacts
    from taskbound.check.trace.events import Call
    from taskbound.check.trace.lower import Lowering

_VERBS = frozenset(("select", "insert", "update", "delete", "text", "union", "union_all", "values"))
_ALIASES = frozenset(("aliased", "with_polymorphic"))
_COLUMN_OPTIONS = frozenset(("load_only", "defer", "undefer"))


def statement(low: Lowering, event: Call, name: str) -> Kind | None:
    """What `select`, `insert`, `update`, `delete`, `text`, `aliased` and their like give; None for other
    names.
    """
    if name in _ALIASES:
        return event.args[0] if event.args else UNKNOWN
    if name == "lambda_stmt" or name not in _VERBS:
        return None
    if name == "text":
        written = event.argument(0, "text")
        return Statement("text", (), event.node, low.source, text=written or UNKNOWN)
    complete = not event.starred
    entities = [*event.args]
    for kind in event.starred:
        found = [item for item, _ in contained(kind)]
        entities.extend(found)
        complete = complete or bool(found)
    # The class itself, not `Model` of a generic repository: what that selects is not known.
    return Statement(name, tuple(entities), event.node, low.source, complete=complete)


def row_of(kind: Statement, session: object) -> Kind:
    """What one row of a statement's result is."""
    if kind.verb not in ("select", "query") and not kind.has("returning", "from_statement"):
        return UNKNOWN
    return Row(tuple(selected(item, kind, session) for item in kind.entities))


def selected(item: Kind, statement: Statement | None, session: object) -> Kind:
    """A column of a row: an entity where a mapped class is selected."""
    if isinstance(item, ClassRef):
        return Entity(item.cls, statement=statement, session=session)  # type: ignore[arg-type]  # a Session or None
    return UNKNOWN


def option(event: Call, strategy: str) -> Option:
    """`selectinload(User.posts)`."""
    attributes = [*event.args, *(item for kind in event.starred for item, _ in contained(kind))]
    cls = next((kind.cls for kind in attributes if isinstance(kind, MappedAttribute)), None)
    if strategy in _COLUMN_OPTIONS:
        return Option(
            (strategy,) * len(attributes), tuple((_name(kind),) for kind in attributes), cls
        )
    if strategy == "selectin_polymorphic":
        return Option((strategy,), ((None,),), _class(attributes))
    # `joinedload(User.posts, Post.tags)` is a path.
    path = tuple(_name(kind) for kind in attributes)
    return Option((strategy,), (path,), cls)


def extended(event: Call, base: Option) -> Option:
    """`.selectinload(Post.tags)` and `.options(...)` after another option."""
    last = _reached(base)
    if event.name == "options":
        strategies, paths = list(base.strategies), list(base.paths)
        for kind in [*event.args, *(item for star in event.starred for item, _ in contained(star))]:
            if isinstance(kind, Option):
                strategies.extend(kind.strategies)
                paths.extend((*last, *path) for path in kind.paths)
            else:
                strategies.append("unknown")
                paths.append((*last, None))
        return Option(tuple(strategies), tuple(paths), base.cls)
    added = option(event, event.name)
    return Option(
        (*base.strategies, *added.strategies),
        (*base.paths, *((*last, *path) for path in added.paths)),
        base.cls,
    )


def _reached(option: Option) -> tuple[str | None, ...]:
    """Where the chain goes on from: load_only() and defer() say what of a place is loaded, and stay there."""
    if not option.paths:
        return ()
    last = option.paths[-1]
    return last[:-1] if option.strategies[-1] in _COLUMN_OPTIONS else last


def with_options(event: Call, base: Statement) -> Statement:
    """`.options(...)` of a statement."""
    found, complete = options_of([*event.args], event.starred)
    return base.extended(event.name, event, options=found, complete=complete)


def options_of(args: list[Kind], starred: list[Kind]) -> tuple[tuple[Option, ...], bool]:
    """The options among these values, and whether all of them could be read."""
    found: list[Option] = []
    complete = True
    values = list(args)
    for kind in starred:
        inner = [item for item, _ in contained(kind)]
        complete = complete and (isinstance(kind, Collection))
        values.extend(inner)
    for kind in values:
        if isinstance(kind, Option):
            found.append(kind)
        elif isinstance(kind, Collection):
            inner_found, inner_complete = options_of([item for item, _ in contained(kind)], [])
            found.extend(inner_found)
            complete = complete and inner_complete
        elif kind is not NONE:
            complete = False
    return tuple(found), complete


def _name(kind: Kind) -> str | None:
    if isinstance(kind, MappedAttribute):
        return kind.name
    if isinstance(kind, Constant) and kind.value == "*":
        return "*"
    return None


def _class(attributes: list[Kind]) -> ClassFacts | None:
    first = attributes[0] if attributes else None
    return first.cls if isinstance(first, ClassRef) else None
