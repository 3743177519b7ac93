"""Refuse a field that cannot hold what it is filled with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from taskbound.errors import NullableField, UnfitType
from taskbound.plan.fit import misfit
from taskbound.shape import Taking, spelled

if TYPE_CHECKING:
    from sqlalchemy.types import TypeEngine

    from taskbound.plan.asked import Asked
    from taskbound.shape import Field


def refuse_none(
    asked: Asked, field: Field, source: str, reason: str, otherwise: str | None = None
) -> None:
    """Raise `NullableField` unless the field takes None.

    otherwise: what could be done beside letting it take None; None where there is nothing.
    """
    if field.optional or field.taking is Taking.FREELY:
        return
    cure = f"annotate {field.name} with `| None`"
    raise NullableField(
        dto=asked.dto,
        field=field.name,
        source=source,
        reason=reason,
        cure=f"{cure}, or {otherwise}" if otherwise else cure,
    )


def refuse_misfit(asked: Asked, field: Field, source: str, found: TypeEngine[Any]) -> None:
    """Raise `UnfitType` where the field is sure not to take values of a type."""
    wanted = getattr(field.content, "type", None)
    held = misfit(wanted, found, field.taking) if wanted is not None else None
    if held is not None:
        raise UnfitType(
            dto=asked.dto, field=field.name, wanted=spelled(wanted), source=source, held=held
        )
