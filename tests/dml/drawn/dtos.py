"""The values of a write as the caller gives them: a mapping, or an object of one of the libraries."""

from __future__ import annotations

import dataclasses
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Union

import attrs
import msgspec
import pydantic

from taskbound import UNSET, Unset

_Patched: Any = Union[Any, Unset]  # noqa: UP007  # `Any | ...` is none at run time
_PatchedStruct: Any = Union[Any, msgspec.UnsetType]  # noqa: UP007  # as above

GIVEN = ("mapping", "dataclass", "msgspec", "pydantic", "attrs", "namedtuple")
# Those whose objects hold others here.
NESTING = ("dataclass", "msgspec", "pydantic", "attrs")


def given(kind: str, values: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    """Values in the way of a library.

    names: all the fields that the type has; those without a value are not set.
    """
    return dict(values) if kind == "mapping" else _TYPES[kind](names, {})(**values)


@dataclasses.dataclass(frozen=True)
class Held:
    """Objects that another one holds."""

    field: str
    rows: Sequence[Mapping[str, Any]]
    names: tuple[str, ...]
    many: bool


def given_with(kind: str, values: Mapping[str, Any], names: tuple[str, ...], held: Held) -> Any:
    """The same with other objects in a field of it."""
    of_held = _TYPES[kind](held.names, {})
    objects = [of_held(**row) for row in held.rows]
    annotation = list[of_held] if held.many else of_held  # type: ignore[valid-type]  # drawn
    made = _TYPES[kind](names, {held.field: annotation})
    return made(**values, **{held.field: objects if held.many else objects[0]})


def read_dto(names: tuple[str, ...]) -> Any:
    """A DTO with these attributes of a model, as they are."""
    return dataclasses.make_dataclass("Read", [(name, Any) for name in names])


def _dataclass(names: tuple[str, ...], held: Mapping[str, Any]) -> Any:
    fields = [(name, _Patched, dataclasses.field(default=UNSET)) for name in names]
    return dataclasses.make_dataclass("Given", [*fields, *held.items()], kw_only=True)


def _msgspec(names: tuple[str, ...], held: Mapping[str, Any]) -> Any:
    fields = [(name, _PatchedStruct, msgspec.UNSET) for name in names]
    return msgspec.defstruct("Given", [*fields, *held.items()], kw_only=True)


def _pydantic(names: tuple[str, ...], held: Mapping[str, Any]) -> Any:
    fields: dict[str, Any] = dict.fromkeys(names, (Any, None))
    fields |= {name: (one, ...) for name, one in held.items()}
    return pydantic.create_model("Given", **fields)


def _attrs(names: tuple[str, ...], held: Mapping[str, Any]) -> Any:
    fields = {name: attrs.field(type=_Patched, default=UNSET) for name in names}
    fields |= {name: attrs.field(type=one) for name, one in held.items()}
    return attrs.make_class("Given", fields, kw_only=True)


def _namedtuple(names: tuple[str, ...], _held: Mapping[str, Any]) -> Any:
    made: Any = namedtuple("Given", names, defaults=[UNSET] * len(names))  # type: ignore[misc]  # noqa: PYI024  # drawn
    made.__annotations__ = dict.fromkeys(names, _Patched)
    return made


# Makes the type for names of columns, and for fields that hold others with their annotations.
_TYPES: dict[str, Callable[[tuple[str, ...], Mapping[str, Any]], Any]] = {
    "dataclass": _dataclass,
    "msgspec": _msgspec,
    "pydantic": _pydantic,
    "attrs": _attrs,
    "namedtuple": _namedtuple,
}
