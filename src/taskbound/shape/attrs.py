"""attrs classes."""

from __future__ import annotations

import sys
from typing import Any

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
    return Reading(members, _maker(cls, taken))


def _maker(cls: type[Any], taken: list[Any]) -> Any:
    # The constructor drops the underscore of a private field.
    aliases = {field.name: field.alias for field in taken if field.alias != field.name}
    if not aliases:
        return cls
    return lambda **values: cls(**{aliases.get(name, name): values[name] for name in values})
