"""The JSON that a DTO's own library makes of it, where that follows from the values alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class Unwritten(Exception):
    """Nothing but the DTO's library can write its JSON. The text says why."""


@dataclass(frozen=True, slots=True, eq=False)
class JsonMember:
    """One member of a JSON object."""

    key: str
    """What it is called in JSON: the name of the field, or its alias."""
    value: Any = object
    """The type of the values that are written; `object` where they are written by their own types."""
    inside: JsonForm | None = None
    """The form of the objects that it holds; None where it holds values."""


@dataclass(frozen=True, slots=True, eq=False)
class JsonForm:
    """One JSON object."""

    members: Mapping[str, JsonMember]
    """By the name of the field, in the order in which they are written."""
