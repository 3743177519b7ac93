"""What a field asks for, as messages name it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from taskbound.errors import UnreadableField

if TYPE_CHECKING:
    from taskbound.shape import Field


@dataclass(frozen=True, slots=True)
class Asked:
    """A field of a DTO, and the path that it asks for."""

    dto: str
    field: str
    path: tuple[str, ...]
    marker: str = "From"
    """What the path stands in, or would stand in."""

    @classmethod
    def of(cls, dto: str, field: Field) -> Asked:
        """What a field asks for."""
        marker = type(field.aggregation).__name__ if field.aggregation else "From"
        return cls(dto, field.name, field.path, marker)

    def along(self, path: tuple[str, ...]) -> Asked:
        """The same field with another path."""
        return replace(self, path=path)

    def unreadable(self, reason: str, cure: str) -> UnreadableField:
        """The error for a field of a kind that cannot be read."""
        return UnreadableField(dto=self.dto, field=self.field, reason=reason, cure=cure)
