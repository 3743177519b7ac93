"""What of an entity was loaded by the statement that read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskbound.check.kinds import ClassRef

if TYPE_CHECKING:
    from taskbound.check.index.facts import ClassFacts
    from taskbound.check.index.mapped import RelationshipFacts
    from taskbound.check.index.project import Project
    from taskbound.check.kinds import Entity, Option

# What makes an attribute be there, or says at the read that it may not be.
_LOADS = frozenset((
    "selectinload", "joinedload", "subqueryload", "immediateload", "contains_eager", "raiseload", "noload",
    "unknown", "with_expression",
))  # fmt: skip
_LAZY = ("select", True)


def options_of(entity: Entity) -> tuple[Option, ...] | None:
    """The loader options that it was read with; None where they are not known."""
    if entity.made is not None:
        return None
    if entity.statement is not None:
        whole = entity.statement.complete and entity.statement.verb in ("select", "query")
        return entity.statement.options if whole else None
    return entity.options


def unloaded_relationship(entity: Entity, name: str, project: Project) -> RelationshipFacts | None:
    """The relationship of this name, where it is certain that nothing has loaded it; None otherwise."""
    mapped = project.mapped(entity.cls)
    relationship = mapped.relationships.get(name) if mapped is not None else None
    options = options_of(entity)
    if relationship is None or options is None or relationship.lazy not in _LAZY:
        return None
    if _leads_back(entity, relationship, project):
        return None
    path = (*entity.via, name)
    return None if any(_loads(option, path) for option in options) else relationship


def unloaded_column(entity: Entity, name: str, project: Project) -> bool:
    """Is it certain that this column was left out: deferred, or not among those of load_only()?"""
    mapped = project.mapped(entity.cls)
    column = mapped.columns.get(name) if mapped is not None else None
    options = options_of(entity)
    if column is None or options is None or column.primary_key:
        return False
    path = (*entity.via, name)
    said = [
        (strategy, found)
        for option in options
        for strategy, found in zip(option.strategies, option.paths, strict=True)
    ]
    if any(None in found or strategy in ("undefer_group", "unknown") for strategy, found in said):
        return False
    if any(strategy in ("undefer", "load_only") and found == path for strategy, found in said):
        return False
    if any(strategy == "defer" and found == path for strategy, found in said):
        return True
    if any(strategy == "load_only" and found[:-1] == path[:-1] for strategy, found in said):
        return True
    return column.deferred


def _loads(option: Option, path: tuple[str, ...]) -> bool:
    for strategy, found in zip(option.strategies, option.paths, strict=True):
        if strategy not in _LOADS:
            continue
        known = found[: len(path)]
        # What could not be read may be this attribute.
        if all(
            one is None or one in (other, "*") for one, other in zip(known, path, strict=False)
        ) and (len(found) >= len(path) or None in found or "*" in found):
            return True
    return False


def _leads_back(entity: Entity, relationship: RelationshipFacts, project: Project) -> bool:
    """Was the entity reached from an object of the target? Then that is in the identity map."""
    if not entity.via:
        return False
    if _came_back(entity, project):
        return True
    if relationship.many:
        return False
    statement = entity.statement
    classes = (
        [getattr(one, "cls", None) for one in statement.entities] if statement is not None else []
    )
    return (
        relationship.target is None
        or relationship.target in classes
        or _is_on_the_way(entity, relationship, project)
    )


def _came_back(entity: Entity, project: Project) -> bool:
    """Does a many-to-one on the way lead to a class passed before? That object has what it was read with."""
    statement = entity.statement
    if statement is None:  # where the way began is not known
        return len(entity.via) > 1
    passed = [one.cls for one in statement.entities if isinstance(one, ClassRef)]
    cls = next((one for one in passed if _step(one, entity.via[0], project) is not None), None)
    for name in entity.via:
        found = _step(cls, name, project) if cls is not None else None
        if found is None or found.target is None or (not found.many and found.target in passed):
            return True
        cls = found.target
        passed.append(cls)
    return False


def _step(cls: ClassFacts, name: str, project: Project) -> RelationshipFacts | None:
    mapped = project.mapped(cls)
    return mapped.relationships.get(name) if mapped is not None else None


def _is_on_the_way(entity: Entity, relationship: RelationshipFacts, project: Project) -> bool:
    statement = entity.statement
    cls = (
        getattr(statement.entities[0], "cls", None)
        if statement is not None and statement.entities
        else None
    )
    for step in entity.via:
        mapped = project.mapped(cls) if cls is not None else None
        found = mapped.relationships.get(step) if mapped is not None else None
        cls = found.target if found is not None else None
        if cls is None or cls is relationship.target:
            return True
    return False
