"""What a client calls the fields of a DTO: by their aliases, where those have any."""

from __future__ import annotations

from typing import Any, get_origin

from taskbound.shape.reader import read_shape


def sent_name(dto: Any, path: str) -> str:
    """The path to a field as a client sends it: `lines.productId` for `lines.product_id`.

    dto: the type that the path begins at; None, or a mapping, where its parts have no other names.
    """
    parts = []
    for name in path.split("."):
        parts.append(_alias(dto, name))
        dto = _held(dto, name)
    return ".".join(parts)


def _held(dto: Any, name: str) -> Any:
    """The type of the objects in a field; None where it holds values."""
    field = read_shape(dto).field(name) if _has_aliases(dto) else None
    shape = None if field is None else getattr(field.content, "shape", None)
    return None if shape is None else shape.type


def _has_aliases(dto: Any) -> bool:
    cls = get_origin(dto) or dto
    return hasattr(cls, "__pydantic_fields__") or hasattr(cls, "__struct_encode_fields__")


def _alias(dto: Any, name: str) -> str:
    cls: Any = get_origin(dto) or dto
    if hasattr(cls, "__pydantic_fields__"):
        return _of_pydantic(cls.__pydantic_fields__.get(name)) or name
    if hasattr(cls, "__struct_encode_fields__"):
        names = zip(cls.__struct_fields__, cls.__struct_encode_fields__, strict=True)
        return str(dict(names).get(name, name))
    return name


def _of_pydantic(field: Any) -> str | None:
    """The alias by which Pydantic takes a field; the first of several."""
    alias = getattr(field, "validation_alias", None) or getattr(field, "alias", None)
    aliases = getattr(alias, "choices", [alias])
    return next((each for each in aliases if isinstance(each, str)), None)
