"""DTOs as the oracle knows them: where each field comes from, without taskbound's shapes and plans."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.truth.criteria import Aggregation, Criterion, Selection
from tests.truth.entities import Attribute, Relation

CONTAINERS: dict[str, Any] = {"list": list, "tuple": tuple, "frozenset": frozenset, "set": set}


@dataclass(frozen=True)
class Field:
    """One field of a DTO."""

    name: str
    path: tuple[str, ...]
    """Attributes of the model, the field's own at the end; empty for one that the model lacks."""
    holds: Attribute | Dto | None
    """A value, objects, or nothing of the model's."""
    optional: bool
    relation: Relation | None = None
    container: str = ""
    """What many objects are put into: a name of `CONTAINERS`, or `dict`."""
    by: str = ""
    """The field of the objects that is the key of a dict."""
    loose: bool = False
    """Annotated with Any."""
    selection: Selection | None = None
    """Which of many objects."""
    aggregation: Aggregation | None = None
    """What is told of the objects at the end of the path, instead of a value there."""
    expression: Criterion | None = None
    """SQL over the model, instead of a path."""

    @property
    def ordered(self) -> bool:
        """Whether many objects come in an order."""
        chosen = self.selection is not None and bool(self.selection.order)
        return chosen or (self.relation is not None and self.relation.ordered)

    @property
    def has_default(self) -> bool:
        """Whether the model lacks it, so that the DTO's default stands."""
        return self.holds is None


@dataclass(frozen=True)
class Dto:
    """One DTO."""

    name: str
    kind: str
    """A name of `making.MAKERS`."""
    variant: int
    """Which of the library's ways to make one."""
    entity: int
    fields: tuple[Field, ...]
    hashable: bool = False
    made: Any = None
    """The class."""


def described(dto: Dto, depth: int = 0) -> str:
    """The DTO as text, for the report of a failure."""
    margin = "    " * depth
    lines = [f"{margin}{dto.name}: {dto.kind} #{dto.variant}{' hashable' * dto.hashable}"]
    for field in dto.fields:
        optional = " | None" if field.optional else ""
        lines.append(f"{margin}  {field.name} <- {_source(field)}: {_what(field)}{optional}")
        if isinstance(field.holds, Dto):
            lines.append(described(field.holds, depth + 1))
    return "\n".join(lines)


def _source(field: Field) -> str:
    if field.expression:
        return repr(field.expression)
    path = ".".join(field.path) or "(default)"
    if field.aggregation is None:
        return path
    over = field.aggregation.over.name if field.aggregation.over else ""
    return f"{field.aggregation.function}({path}.{over}, where={field.aggregation.where})"


def _what(field: Field) -> str:
    if isinstance(field.holds, Attribute):
        return "Any" if field.loose else field.holds.kind.name
    by = f" by {field.by}" if field.by else ""
    order = " unordered" if field.container and not field.ordered else ""
    return f"{field.container or 'one'}{by}{order} {field.selection or ''}"
