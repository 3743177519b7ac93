"""Dataclasses of the standard library."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, InitVar, fields, is_dataclass
from typing import Any

from taskbound.shape.form import form_of
from taskbound.shape.hints import hints
from taskbound.shape.member import Member, Reading


def read(cls: type[Any], dto: Any) -> Reading | None:
    """The members of a dataclass that its constructor takes, or None where `cls` is none."""
    if not is_dataclass(cls):
        return None
    members = tuple(_members(cls, hints(dto)))
    return Reading(members, form_of(cls, [member.name for member in members]), cls)


def _members(cls: type[Any], found: dict[str, Any]) -> Iterator[Member]:
    for field in fields(cls):
        if field.init:
            without = field.default is MISSING and field.default_factory is MISSING
            yield Member(field.name, found[field.name], required=without)
    # What only the constructor takes is no field, but it has to be given.
    for name, hint in found.items():
        if isinstance(hint, InitVar):
            yield Member(name, hint.type, required=not hasattr(cls, name))
