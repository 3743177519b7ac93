"""What a field's path leads to in a mapped class."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy.ext.associationproxy import AssociationProxy
from sqlalchemy.orm import RelationshipProperty, SynonymProperty

from taskbound.errors import MisplacedRelation, UnknownField
from taskbound.plan.absence import may_be_absent

if TYPE_CHECKING:
    from sqlalchemy.orm import Mapper

    from taskbound.errors import UnreadableField
    from taskbound.plan.asked import Asked


@dataclass(frozen=True, slots=True)
class Source:
    """What stands at the end of a path."""

    mapper: Mapper[Any]
    """The class that has it."""
    path: tuple[str, ...]
    """The way there from the model, synonyms and association proxies replaced by what they stand for."""
    attribute: Any
    """A property of the mapper, or a descriptor beside them, such as a hybrid."""
    absent: RelationshipProperty[Any] | None
    """The first relation on the way that may lead nowhere."""

    def __str__(self) -> str:
        return f"{self.mapper.class_.__name__}.{self.path[-1]}"


def find(asked: Asked, mapper: Mapper[Any], path: tuple[str, ...] | None = None) -> Source:
    """The source of a field.

    path: what is looked up; None for the path that the field asks for.

    Raises `UnknownField` where a name of the path does not exist, `UnreadableField` where it is Python
    code, and `MisplacedRelation` where the path goes through anything but relations to one.
    """
    # First the names ahead are looked up one by one, then those that stand for others are replaced.
    ahead, taken = list(path or asked.path), list[str]()
    absent: RelationshipProperty[Any] | None = None
    while True:
        name, attribute = _look_up(mapper, ahead.pop(0))
        if attribute is None:
            raise _missing(asked, mapper, name)
        if isinstance(attribute, AssociationProxy):
            ahead = [attribute.target_collection, *attribute.value_attr.split("."), *ahead]
            continue
        taken.append(name)
        if not ahead:
            return Source(mapper, tuple(taken), attribute, absent)
        relation = _passable(asked, mapper, name, attribute)
        if absent is None and may_be_absent(relation):
            absent = relation
        mapper = relation.mapper


def exists(mapper: Mapper[Any], name: str) -> bool:
    """Whether a mapped class has something of that name for SQL."""
    return _look_up(mapper, name)[1] is not None


def _look_up(mapper: Mapper[Any], name: str) -> tuple[str, Any]:
    """An attribute by its name, and the name that it has itself; None where there is none."""
    found = mapper.attrs.get(name)
    if isinstance(found, SynonymProperty):
        return _look_up(mapper, found.name)
    return name, mapper.all_orm_descriptors.get(name) if found is None else found


def _passable(
    asked: Asked, mapper: Mapper[Any], name: str, attribute: Any
) -> RelationshipProperty[Any]:
    is_relation = isinstance(attribute, RelationshipProperty)
    if is_relation and not attribute.uselist:
        relation: RelationshipProperty[Any] = attribute
        return relation
    raise MisplacedRelation(
        dto=asked.dto,
        field=asked.field,
        model=mapper.class_.__name__,
        name=name,
        reason="a relation to many" if is_relation else "a column",
        cure="let the path lead through relations to one, with "
        f"{'a column' if asked.marker == 'From' else 'one relation to many'} at its end",
    )


def _missing(asked: Asked, mapper: Mapper[Any], name: str) -> UnknownField | UnreadableField:
    model = mapper.class_.__name__
    python = inspect.getattr_static(mapper.class_, name, None)
    if isinstance(python, property | cached_property) or inspect.isfunction(python):
        return asked.unreadable(
            f"asks for {model}.{name}, which is Python code that no statement can run",
            "make it a hybrid_property or a column_property",
        )
    nearest = next(iter(get_close_matches(name, mapper.all_orm_descriptors.keys(), n=1)), None)
    steps = (nearest if step == name else step for step in asked.path)
    path = ".".join(step for step in steps if step) if nearest else None
    return UnknownField(
        dto=asked.dto,
        field=asked.field,
        model=model,
        name=name,
        nearest=nearest,
        path=path,
        marker=asked.marker,
        subclass=next(_subclasses_with(mapper, name), None),
    )


def _subclasses_with(mapper: Mapper[Any], name: str) -> Iterator[str]:
    for below in mapper.self_and_descendants:
        if exists(below, name):
            yield below.class_.__name__
