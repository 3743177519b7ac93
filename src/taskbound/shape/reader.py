"""From a DTO type to its `Shape`."""

from __future__ import annotations

from collections.abc import (
    Callable,
    Collection,
    Iterable,
    Mapping,
    MutableMapping,
    MutableSequence,
    MutableSet,
    Sequence,
)
from collections.abc import Set as AbstractSet
from typing import Any, TypeVar, get_args, get_origin

from taskbound.errors import NoShape, RecursiveShape, UnreadableField
from taskbound.shape import attrs, dataclass, msgspec, namedtuple, pydantic, typeddict
from taskbound.shape.annotation import options, plain
from taskbound.shape.markers import By, From
from taskbound.shape.member import Member, Reading
from taskbound.shape.shapes import Content, Field, Keyed, Listed, Nested, Scalar, Shape
from taskbound.shape.spelling import spelled

_READERS: Sequence[Callable[[type[Any], Any], Reading | None]] = (
    typeddict.read,
    pydantic.read,
    msgspec.read,
    attrs.read,
    dataclass.read,
    namedtuple.read,
)

_CONTAINERS: dict[Any, Callable[[list[Any]], Any]] = {
    list: list,
    Sequence: list,
    MutableSequence: list,
    Collection: list,
    Iterable: list,
    tuple: tuple,
    set: set,
    AbstractSet: set,
    MutableSet: set,
    frozenset: frozenset,
}
_DICTS = {dict, Mapping, MutableMapping}
_Mark = TypeVar("_Mark", By, From)
# A generic DTO that holds itself with other arguments each time never comes back to the same type.
_DEEPEST = 50


def read_shape(dto: Any) -> Shape:
    """The shape of a DTO: Pydantic model, msgspec Struct, dataclass, attrs class, TypedDict, NamedTuple.

    dto: the class, or a generic one with its arguments: `Page[OrderRead]`.

    Raises `NoShape` where `dto` is none of these, `RecursiveShape` where it holds itself, and
    `UnreadableField` where a field's annotation cannot be read.
    """
    reading = _reading(dto)
    if reading is None:
        raise NoShape(dto=spelled(dto))
    return _shape(dto, reading, ())


def _reading(dto: Any) -> Reading | None:
    cls = get_origin(dto) or dto
    if not isinstance(cls, type):
        return None
    return next((found for read in _READERS if (found := read(cls, dto)) is not None), None)


def _shape(dto: Any, reading: Reading, above: tuple[Any, ...]) -> Shape:
    if dto in above or len(above) == _DEEPEST:
        path = above[above.index(dto) :] if dto in above else above[:2]
        raise RecursiveShape(dto=spelled(dto), path=tuple(spelled(step) for step in path))
    fields = tuple(_Annotation(dto, member).field((*above, dto)) for member in reading.members)
    return Shape(dto, fields, reading.form, reading.make, reading.by_name, reading.make_by_name)


def _container(annotation: Any) -> tuple[Callable[[list[Any]], Any] | None, Any]:
    """What makes the container that an annotation names, and the annotation of its items."""
    container = _CONTAINERS.get(get_origin(annotation))
    match container, get_args(annotation):
        case (None, _):
            return None, None
        case (_, (item, last)) if container is tuple and last is Ellipsis:
            return container, item
        case (_, (item,)) if container is not tuple:
            return container, item
    return None, None


def _free_variables(annotation: Any) -> list[str]:
    found = getattr(annotation, "__parameters__", ()) if get_origin(annotation) else (annotation,)
    return [variable.__name__ for variable in found if isinstance(variable, TypeVar)]


class _Annotation:
    """A member whose annotation is being read."""

    def __init__(self, dto: Any, member: Member) -> None:
        self._dto = dto
        self._member = member
        self._type, self._marks, self._optional = plain(member.annotation)

    def field(self, above: tuple[Any, ...]) -> Field:
        member = self._member
        source = self._mark(From)
        return Field(
            name=member.name,
            path=tuple(source.path.split(".")) if source else (member.name,),
            content=self._content(above),
            optional=self._optional,
            required=member.required or source is not None,
            taking=member.taking,
        )

    def _content(self, above: tuple[Any, ...]) -> Content:
        by = self._mark(By)
        if by is not None:
            return self._keyed(by, above)
        reading = _reading(self._type)
        if reading is not None:
            return Nested(_shape(self._type, reading, above))
        return self._listed(above) or self._scalar()

    def _listed(self, above: tuple[Any, ...]) -> Listed | None:
        container, listed = _container(self._type)
        item, _, _ = plain(listed)
        reading = _reading(item)
        if container is None or reading is None:
            return None
        if container in {set, frozenset} and item.__hash__ is None:
            raise self._unreadable(
                f"is a set of {spelled(item)}, whose objects have no hash",
                f"freeze {spelled(item)}, or annotate the field with list[{spelled(item)}]",
            )
        return Listed(_shape(item, reading, above), container)

    def _keyed(self, by: By, above: tuple[Any, ...]) -> Keyed:
        arguments = get_args(self._type)
        item = plain(arguments[1])[0] if get_origin(self._type) in _DICTS else None
        reading = _reading(item)
        if reading is None:
            raise self._unreadable(
                f'has By("{by.field}") and is {spelled(self._type)}, no dict of a DTO',
                "annotate it with dict[<type of the key>, <DTO>]",
            )
        shape = _shape(item, reading, above)
        self._check_key(by.field, shape, plain(arguments[0])[0])
        return Keyed(shape, by.field)

    def _check_key(self, name: str, shape: Shape, wanted: Any) -> None:
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
        for variable in _free_variables(self._type):
            raise self._unreadable(
                f"is annotated with the type variable {variable}, which stands for nothing here",
                f"write {spelled(self._dto)}[...] with the type that is meant",
            )
        if any(_reading(plain(option)[0]) for option in options(self._type)):
            raise self._unreadable(
                f"is a choice of types, {spelled(self._type)}", "annotate it with one DTO"
            )
        return Scalar(self._type)

    def _mark(self, kind: type[_Mark]) -> _Mark | None:
        found = [mark for mark in self._marks if isinstance(mark, kind)]
        if len(found) > 1:
            raise self._unreadable(f"has {kind.__name__} {len(found)} times", "leave one")
        return found[0] if found else None

    def _unreadable(self, reason: str, cure: str) -> UnreadableField:
        return UnreadableField(
            dto=spelled(self._dto), field=self._member.name, reason=reason, cure=cure
        )
