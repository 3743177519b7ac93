"""TypedDicts, those of `typing_extensions` among them."""

from __future__ import annotations

import sys
import typing
from typing import Any

from taskbound.shape.form import Form
from taskbound.shape.hints import hints
from taskbound.shape.member import Member, Reading


def read(cls: type[Any], dto: Any) -> Reading | None:
    """The keys of a TypedDict, or None where `cls` is none."""
    if not _is_typeddict(cls):
        return None
    required: frozenset[str] = getattr(cls, "__required_keys__", frozenset())
    members = tuple(
        Member(name, hint, _required(name, hint, required)) for name, hint in hints(dto).items()
    )
    return Reading(members, Form.MAPPING, dict)


def _is_typeddict(cls: type[Any]) -> bool:
    extensions = sys.modules.get("typing_extensions")
    return typing.is_typeddict(cls) or (extensions is not None and extensions.is_typeddict(cls))


def _required(name: str, hint: Any, required: frozenset[str]) -> bool:
    # Where annotations are text, Python does not see `NotRequired` when it makes the class.
    origin = typing.get_origin(hint)
    if origin is typing.NotRequired:
        return False
    return origin is typing.Required or name in required
