"""Whether an attribute of an entity is there without a query: by its mapping, or by options."""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskbound.check.kinds import ClassRef, Entity, Option

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from taskbound.check.index.mapped import ColumnFacts, RelationshipFacts
    from taskbound.check.index.project import Project

    # Strategies with their paths from the statement's own entity.
    Told = list[tuple[str, tuple[str | None, ...]]]

_EAGER = frozenset(
    ("selectinload", "joinedload", "subqueryload", "immediateload", "contains_eager")
)
_LAZY = frozenset(("lazyload", "raiseload", "noload", "defaultload"))


def relationship_of(entity: Entity, name: str, project: Project) -> RelationshipFacts | None:
    """The relationship of this name, or None where it is none."""
    mapped = project.mapped(entity.cls)
    return None if mapped is None else mapped.relationships.get(name)


def column_of(entity: Entity, name: str, project: Project) -> ColumnFacts | None:
    """The mapped column of this name, or None where it is none."""
    mapped = project.mapped(entity.cls)
    return None if mapped is None else mapped.columns.get(name)


def is_relationship_loaded(entity: Entity, name: str, project: Project) -> bool | None:
    """Is a relationship loaded by the statement that read the entity? None: not proven either way.

    What refresh(), an assignment or awaitable_attrs load later is the rule's to follow.
    """
    relationship = relationship_of(entity, name, project)
    options = options_of(entity)
    if relationship is None or options is None:
        return None
    told = _told(options, (*entity.via, name), _EAGER, _LAZY)
    if told is not None:
        return told
    if any(None in path or "*" in path for _, path in options):
        return None
    return True if relationship.eager else _unless_known(entity, relationship)


def _unless_known(entity: Entity, relationship: RelationshipFacts) -> bool | None:
    """A many-to-one back to what the statement itself selects is in the identity map already."""
    selected = entity.statement.entities if entity.statement is not None else ()
    back = not relationship.many and any(
        isinstance(kind, ClassRef) and kind.cls is relationship.target for kind in selected
    )
    return None if back else False


def is_column_loaded(entity: Entity, name: str, project: Project) -> bool | None:
    """Is a column loaded by the statement that read the entity? None: not proven either way."""
    column = column_of(entity, name, project)
    options = options_of(entity)
    if column is None or options is None:
        return None
    path = (*entity.via, name)
    told = _told(options, path, frozenset(("undefer",)), frozenset(("defer",)))
    if told is not None:
        return told
    only = {
        found for strategy, found in options if strategy == "load_only" and found[:-1] == entity.via
    }
    if only and not any(None in found for found in only):
        return path in only or column.primary_key
    if any(strategy == "undefer_group" or None in found for strategy, found in options):
        return None
    return not column.deferred


def options_of(entity: Entity) -> Told | None:
    """The strategies and paths of what read an entity; None where they are not known: a parameter, a new
    object.
    """
    statement = entity.statement
    if statement is not None:
        if not statement.complete or statement.verb not in ("select", "query"):
            return None
        return list(_flat(statement.options))
    return (
        None if entity.options is None or entity.made is not None else list(_flat(entity.options))
    )


def _flat(options: Iterable[Option]) -> Iterator[tuple[str, tuple[str | None, ...]]]:
    for option in options:
        yield from zip(option.strategies, option.paths, strict=False)


def _told(
    options: Told,
    path: tuple[str, ...],
    yes: frozenset[str],
    no: frozenset[str],
) -> bool | None:
    """What the options say of a path; a longer path loads what lies on it: `joinedload(User.posts,
    Post.tags)`.
    """
    said: bool | None = None
    for strategy, found in options:
        if strategy in yes and found[: len(path)] == path:
            return True
        if strategy in no and found == path:
            said = False
    return said
