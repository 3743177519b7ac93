"""msgspec Structs. Their constructor looks at no value's type."""

from __future__ import annotations

import sys
from typing import Any

from taskbound.shape.form import form_of
from taskbound.shape.hints import hints
from taskbound.shape.member import Member, Reading


def read(cls: type[Any], dto: Any) -> Reading | None:
    """The members of a msgspec Struct, or None where `cls` is none."""
    msgspec = sys.modules.get("msgspec")
    if msgspec is None or not issubclass(cls, msgspec.Struct):
        return None
    found = hints(dto)
    required = {name: default is msgspec.NODEFAULT for name, default in _defaults(cls, msgspec)}
    members = tuple(Member(name, found[name], required[name]) for name in cls.__struct_fields__)
    form = form_of(cls, cls.__struct_fields__)
    return Reading(members, form, cls, tag=cls.__struct_config__.tag)


def _defaults(cls: Any, msgspec: Any) -> list[tuple[str, Any]]:
    """What stands in for each field; a Struct keeps it for the last ones alone."""
    names, defaults = cls.__struct_fields__, cls.__struct_defaults__
    without = (msgspec.NODEFAULT,) * (len(names) - len(defaults))
    return list(zip(names, (*without, *defaults), strict=True))
