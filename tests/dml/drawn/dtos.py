"""The values of a write as the caller gives them: a mapping, or an object of one of the libraries."""

from __future__ import annotations

import dataclasses
from collections import namedtuple
from collections.abc import Callable, Mapping
from typing import Any, Union

import attrs
import msgspec
import pydantic

from taskbound import UNSET, Unset

_Patched: Any = Union[Any, Unset]  # noqa: UP007  # `Any | ...` is none at run time
_PatchedStruct: Any = Union[Any, msgspec.UnsetType]  # noqa: UP007  # as above

GIVEN = ("mapping", "dataclass", "msgspec", "pydantic", "attrs", "namedtuple")


def given(kind: str, values: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    """Values in the way of a library.

    names: all the fields that the type has; those without a value are not set.
    """
    return _MAKERS[kind](values, names)


def read_dto(names: tuple[str, ...]) -> Any:
    """A DTO with these attributes of a model, as they are."""
    return dataclasses.make_dataclass("Read", [(name, Any) for name in names])


def _mapping(values: Mapping[str, Any], _names: tuple[str, ...]) -> Any:
    return dict(values)


def _dataclass(values: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    fields = [(name, _Patched, dataclasses.field(default=UNSET)) for name in names]
    made: Any = dataclasses.make_dataclass("Given", fields)
    return made(**values)


def _msgspec(values: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    made: Any = msgspec.defstruct(
        "Given", [(name, _PatchedStruct, msgspec.UNSET) for name in names]
    )
    return made(**values)


def _pydantic(values: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    fields: dict[str, Any] = dict.fromkeys(names, (Any, None))
    return pydantic.create_model("Given", **fields)(**values)


def _attrs(values: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    fields = {name: attrs.field(type=_Patched, default=UNSET) for name in names}
    return attrs.make_class("Given", fields)(**values)


def _namedtuple(values: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    made: Any = namedtuple("Given", names, defaults=[UNSET] * len(names))  # type: ignore[misc]  # noqa: PYI024  # drawn
    made.__annotations__ = dict.fromkeys(names, _Patched)
    return made(**values)


_MAKERS: dict[str, Callable[[Mapping[str, Any], tuple[str, ...]], Any]] = {
    "mapping": _mapping,
    "dataclass": _dataclass,
    "msgspec": _msgspec,
    "pydantic": _pydantic,
    "attrs": _attrs,
    "namedtuple": _namedtuple,
}
