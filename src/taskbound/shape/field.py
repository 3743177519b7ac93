"""From a member of a DTO to its `Field`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, get_origin

from taskbound.errors import UnreadableField
from taskbound.shape.aggregation import Aggregation
from taskbound.shape.annotation import choices, options, plain
from taskbound.shape.container import container_of, items_of_dict
from taskbound.shape.levels import Depth, Tree
from taskbound.shape.markers import By, For, From
from taskbound.shape.marks import Marks
from taskbound.shape.member import Member
from taskbound.shape.readers import reading_of
from taskbound.shape.shapes import Content, Field, Keyed, Listed, Nested, Nothing, Scalar, Shape
from taskbound.shape.spelling import spelled
from taskbound.shape.way import Way

ReadShape = Callable[[Any, Way], Shape]


class FieldReader:
    """A member whose annotation is being read."""

    def __init__(self, dto: Any, member: Member, way: Way, read: ReadShape) -> None:
        """read: reads the shape of a DTO inside this one."""
        self._dto = dto
        self._member = member
        self._way = way
        self._read = read
        self._type, marks, self._optional = plain(member.annotation)
        self._marks = Marks(marks, self._unreadable)

    def field(self) -> Field:
        """The field.

        Raises `UnreadableField` where its annotation cannot be read, and what reading a DTO inside it raises.
        """
        member = self._member
        source = self._marks.source()
        aggregation = source if isinstance(source, Aggregation) else None
        path = source.path if source else None
        expression = source.source if isinstance(source, From) and path is None else None
        content = self._content(aggregation)
        return Field(
            name=member.name,
            path=tuple((path or member.name).split(".")),
            content=content,
            optional=self._optional,
            required=member.required or source is not None,
            taking=member.taking,
            expression=expression,
            aggregation=aggregation,
            selection=self._marks.selection(),
            recursive=isinstance(self._marks.level(), Tree) and not isinstance(content, Nothing),
        )

    def _content(self, aggregation: Aggregation | None) -> Content:
        self._refuse_for(self._type, self._marks.one(For))
        if aggregation is not None:
            self._check_aggregation(aggregation)
            return self._scalar()
        by = self._marks.one(By)
        if by is not None:
            return self._keyed(by, *items_of_dict(self._type))
        container, item = container_of(self._type)
        if container is not None and _is_dto(item):
            self._refuse_for(item)
            return self._listed(container, plain(item)[0])
        return self._nested() if _is_dto(self._type) else self._scalar()

    def _nested(self) -> Nested | Nothing:
        self._marks.only_for_children()
        self._check_level_of_one()
        shape = self._inside(self._type)
        return Nested(shape) if shape else Nothing(lambda: None)

    def _listed(self, container: Callable[[list[Any]], Any], item: Any) -> Listed | Nothing:
        if container in {set, frozenset}:
            self._check_hash(item)
        shape = self._inside(item)
        return Listed(shape, container) if shape else Nothing(lambda: container([]))

    def _keyed(self, by: By, key: Any, item: Any) -> Keyed | Nothing:
        if not _is_dto(item):
            raise self._unreadable(
                f'has By("{by.field}") and is {spelled(self._type)}, no dict of a DTO',
                "annotate it with dict[<type of the key>, <DTO>]",
            )
        self._refuse_for(item)
        shape = self._inside(plain(item)[0])
        if shape is None:
            return Nothing(dict)
        self._check_key(by.field, shape, plain(key)[0])
        return Keyed(shape, by.field)

    def _inside(self, item: Any) -> Shape | None:
        """The shape of the DTO that the field holds, None where the depth ends here."""
        level = self._marks.level()
        name = self._member.name
        if isinstance(level, Tree):
            self._check_tree(item)
        below = self._way.below(self._dto, name, level)
        if below is None:
            return None
        shape = self._read(item, below)
        if level is not None and not below.came_back(self._dto, name):
            mark = type(level).__name__
            raise self._unreadable(
                f"has {mark}, but {spelled(item)} does not hold {spelled(self._dto)} again",
                f"leave {mark} out",
            )
        return shape

    def _check_tree(self, item: Any) -> None:
        if item != self._dto:
            raise self._unreadable(
                f"has Tree and holds {spelled(item)}, no {spelled(self._dto)}",
                "annotate it with Depth(<levels>)",
            )
        if self._marks.selection().limit is not None:
            raise self._unreadable("has Limit and Tree", "leave one")
        here = self._way.below(self._dto, self._member.name, self._marks.level())
        if here is not None and self._way.in_tree:
            raise self._unreadable("is a Tree inside a Tree", "leave one of them")

    def _check_level_of_one(self) -> None:
        level = self._marks.level()
        if isinstance(level, Tree):
            raise self._unreadable(
                "has Tree and holds one object", "annotate it with Depth(<levels>)"
            )
        if isinstance(level, Depth) and not self._optional:
            raise self._unreadable(
                "has Depth and refuses None, which the innermost object has there",
                "annotate it with `| None`",
            )

    def _refuse_for(self, annotation: Any, mark: For | None = None) -> None:
        """Raise `UnreadableField` where one DTO alone is said to be for a class."""
        found = choices(annotation)
        if len(found) == 1 and (mark or any(isinstance(each, For) for each in found[0][1])):
            raise self._unreadable(
                "has For outside a union",
                "leave For out: the relation says which objects there are, and Where which of them",
            )

    def _check_aggregation(self, aggregation: Aggregation) -> None:
        item = container_of(self._type)[1]
        if _is_dto(self._type) or (item is not None and _is_dto(item)):
            raise self._unreadable(
                f"has {type(aggregation).__name__} and is {spelled(self._type)}",
                "annotate it with the type of one value",
            )

    def _check_hash(self, item: Any) -> None:
        for dto, _ in choices(item):
            if dto.__hash__ is None:
                raise self._unreadable(
                    f"is a set of {spelled(dto)}, whose objects have no hash",
                    f"freeze {spelled(dto)}, or annotate the field with list[{spelled(item)}]",
                )

    def _check_key(self, name: str, shape: Shape, wanted: Any) -> None:
        for option in shape.options:
            self._check_key(name, option.shape, wanted)
        if not shape.options:
            self._check_key_of_one(name, shape, wanted)

    def _check_key_of_one(self, name: str, shape: Shape, wanted: Any) -> None:
        key = shape.field(name)
        if key is None:
            raise self._unreadable(
                f'has By("{name}"), but {shape.name} has no field {name}',
                f"name one of {', '.join(field.name for field in shape.fields)}",
            )
        if not isinstance(key.content, Scalar) or key.optional:
            raise self._unreadable(
                f'has By("{name}"), but {shape.name}.{name} is no value that is always there',
                "name a field that holds one value and refuses None",
            )
        if key.content.type != wanted:
            held = spelled(key.content.type)
            raise self._unreadable(
                f"has keys of {spelled(wanted)}, but {shape.name}.{name} is {held}",
                f"annotate it with dict[{held}, {shape.name}]",
            )

    def _scalar(self) -> Scalar:
        self._marks.only_for_objects()
        for variable in _free_variables(self._type):
            raise self._unreadable(
                f"is annotated with the type variable {variable}, which stands for nothing here",
                f"write {spelled(self._dto)}[...] with the type that is meant",
            )
        if any(_is_dto(option) for option in options(self._type)):
            raise self._unreadable(
                f"is a choice of types, {spelled(self._type)}", "annotate it with DTOs alone"
            )
        return Scalar(self._type)

    def _unreadable(self, reason: str, cure: str) -> UnreadableField:
        return UnreadableField(
            dto=spelled(self._dto), field=self._member.name, reason=reason, cure=cure
        )


def _is_dto(annotation: Any) -> bool:
    return all(reading_of(dto) is not None for dto, _ in choices(annotation))


def _free_variables(annotation: Any) -> list[str]:
    found = getattr(annotation, "__parameters__", ()) if get_origin(annotation) else (annotation,)
    return [variable.__name__ for variable in found if isinstance(variable, TypeVar)]
