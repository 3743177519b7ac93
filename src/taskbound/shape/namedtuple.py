"""NamedTuples."""

from __future__ import annotations

from typing import Any

from taskbound.shape.form import form_of
from taskbound.shape.hints import hints
from taskbound.shape.member import Member, Reading


def read(cls: type[Any], dto: Any) -> Reading | None:
    """The members of a NamedTuple, or None where `cls` is none."""
    names: tuple[str, ...] | None = getattr(cls, "_fields", None)
    if names is None or not issubclass(cls, tuple):
        return None
    found = hints(dto)
    defaults: dict[str, Any] = getattr(cls, "_field_defaults", {})
    members = tuple(Member(name, found.get(name, Any), name not in defaults) for name in names)
    return Reading(members, form_of(cls, names), cls)
