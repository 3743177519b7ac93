"""attrs classes."""

from __future__ import annotations

import sys
from typing import Any

from taskbound.shape.form import Form, form_of
from taskbound.shape.hints import hints
from taskbound.shape.member import Member, Reading, Taking


def read(cls: type[Any], dto: Any) -> Reading | None:
    """The members of an attrs class that its constructor takes, or None where `cls` is none."""
    attr = sys.modules.get("attr")  # the older name, which `import attrs` brings too
    if attr is None or not attr.has(cls):
        return None
    found = hints(dto)
    taken = [field for field in attr.fields(cls) if field.init]
    members = tuple(
        Member(
            field.name,
            found.get(field.name, field.type or Any),
            required=field.default is attr.NOTHING,
            taking=Taking.FREELY if field.converter else Taking.UNCHANGED,
        )
        for field in taken
    )
    # The constructor drops the underscore of a private field.
    aliases = {field.name: field.alias for field in taken if field.alias != field.name}
    if not aliases:
        return Reading(members, form_of(cls, [field.name for field in taken]), cls)
    return Reading(members, Form.KEYWORD, _maker(cls, aliases))


def _maker(cls: type[Any], aliases: dict[str, str]) -> Any:
    return lambda **values: cls(**{aliases.get(name, name): values[name] for name in values})
