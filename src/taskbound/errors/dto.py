"""A DTO that cannot be read from a model."""

from __future__ import annotations

from taskbound.errors.base import Misuse


class ProjectionMisuse(Misuse):
    """A DTO cannot be read from a model. Raised before anything is sent.

    Attributes: `others`, what else is wrong with the DTO, in the order of its fields. The lines of the
    message after the first one tell it.
    """

    others: tuple[ProjectionMisuse, ...] = ()

    def __str__(self) -> str:
        told = super().__str__()
        if not self.others:
            return told
        return "\n  ".join([f"{told}\nand {len(self.others)} more:", *map(str, self.others)])


class NoShape(ProjectionMisuse, TypeError):
    """A type is none of the DTOs that can be read.

    Attributes: `dto`, the type's name, and `reason`.
    """

    code = "TB501"

    dto: str
    reason: str

    def __init__(self, *, dto: str, reason: str = "is no DTO") -> None:
        self.dto, self.reason = dto, reason
        self._say(
            f"{dto} {reason}",
            "use a Pydantic model, msgspec Struct, dataclass, attrs class, TypedDict or NamedTuple",
        )


class RecursiveShape(ProjectionMisuse, TypeError):
    """A DTO holds itself, so that it would never end.

    Attributes: `dto`, the type's name, `path`, the names of the types that lead from it back to it, and
    `field`, the field of the last of these that holds it.
    """

    code = "TB502"

    dto: str
    path: tuple[str, ...]
    field: str

    def __init__(self, *, dto: str, path: tuple[str, ...], field: str) -> None:
        self.dto, self.path, self.field = dto, path, field
        self._say(
            f"{dto} holds itself: {' > '.join((*path, dto))}",
            f"annotate {path[-1]}.{field} with Depth(<levels>) or Tree(), or with a type that does "
            "not go on",
        )


class UnknownField(ProjectionMisuse):
    """A DTO has a field that the model does not have.

    Attributes: `dto`, `field`, `model`, the missing `name`, `nearest`, the name that comes closest,
    `path`, what to read the field from then (both None where no name comes close), `marker`, the marker that
    has the path or would have it, and `subclass`, a class that inherits from the model and has the name
    (None where there is none).
    """

    code = "TB503"

    dto: str
    field: str
    model: str
    name: str
    nearest: str | None
    path: str | None
    marker: str
    subclass: str | None

    def __init__(
        self,
        *,
        dto: str,
        field: str,
        model: str,
        name: str,
        nearest: str | None,
        path: str | None,
        marker: str = "From",
        subclass: str | None = None,
    ) -> None:
        self.dto, self.field, self.model = dto, field, model
        self.name, self.nearest, self.path, self.marker = name, nearest, path, marker
        self.subclass = subclass
        rename = "rename the field, or annotate it" if field == name else "annotate it"
        if subclass:
            cure = f"{subclass} has it: read from {subclass}, or have a union of DTOs, one for each class"
        elif nearest:
            cure = f'did you mean {nearest}? Then {rename} with {marker}("{path}")'
        elif marker == "From":
            cure = 'name a path with From("relation.column"), or give the field a default'
        else:
            cure = f"name what there is in {marker}"
        self._say(f"{dto}.{field} asks for {model}.{name}, which does not exist", cure)


class MisplacedRelation(ProjectionMisuse):
    """A field asks for a relation as if it were a column, or for a column as if it were a relation.

    Attributes: `dto`, `field`, `model`, `name`, `reason` and `cure`.
    """

    code = "TB504"

    dto: str
    field: str
    model: str
    name: str
    reason: str
    cure: str

    def __init__(
        self, *, dto: str, field: str, model: str, name: str, reason: str, cure: str
    ) -> None:
        self.dto, self.field, self.model, self.name = dto, field, model, name
        self.reason, self.cure = reason, cure
        self._say(f"{dto}.{field} asks for {model}.{name}, which is {reason}", cure)


class NullableField(ProjectionMisuse):
    """A field refuses None, and what it is read from may be absent.

    Attributes: `dto`, `field`, `source`, the model's attribute, `reason` and `cure`.
    """

    code = "TB505"

    dto: str
    field: str
    source: str
    reason: str
    cure: str

    def __init__(self, *, dto: str, field: str, source: str, reason: str, cure: str) -> None:
        self.dto, self.field, self.source = dto, field, source
        self.reason, self.cure = reason, cure
        self._say(f"{dto}.{field} refuses None, but {source} {reason}", cure)


class UnfitType(ProjectionMisuse):
    """A field's type cannot hold what the column holds.

    Attributes: `dto`, `field`, `wanted`, the field's type, `source`, the model's attribute, and `held`,
    the type of its values.
    """

    code = "TB506"

    dto: str
    field: str
    wanted: str
    source: str
    held: str

    def __init__(self, *, dto: str, field: str, wanted: str, source: str, held: str) -> None:
        self.dto, self.field, self.wanted = dto, field, wanted
        self.source, self.held = source, held
        self._say(
            f"{dto}.{field} is {wanted}, but {source} holds {held}", f"annotate {field} with {held}"
        )


class UnreadableField(ProjectionMisuse, TypeError):
    """A field's annotation, or what it asks for, is of a kind that cannot be read.

    Attributes: `dto`, `field`, `reason` and `cure`.
    """

    code = "TB508"

    dto: str
    field: str
    reason: str
    cure: str

    def __init__(self, *, dto: str, field: str, reason: str, cure: str) -> None:
        self.dto, self.field, self.reason, self.cure = dto, field, reason, cure
        self._say(f"{dto}.{field} {reason}", cure)


class UnfitChoice(ProjectionMisuse):
    """A union of DTOs does not go with the classes of an inheritance.

    Attributes: `dto`, the union, `model`, the base class, `reason` and `cure`.
    """

    code = "TB514"

    dto: str
    model: str
    reason: str
    cure: str

    def __init__(self, *, dto: str, model: str, reason: str, cure: str) -> None:
        self.dto, self.model, self.reason, self.cure = dto, model, reason, cure
        self._say(f"{dto} cannot be read from {model}: {reason}", cure)
