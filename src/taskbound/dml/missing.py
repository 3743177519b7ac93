"""Why a statement with a key has found no row to write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from taskbound.errors import Failure, NotFound, StaleVersion
from taskbound.place import calling_place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from taskbound.dml.columns import Columns


def missing(columns: Columns, identity: Mapping[str, Any], version: Any, to: str) -> Failure:
    """The error for a row that is not there, or not in the version that it has to be in.

    version: None where any would do.
    to: what was to be done with it.
    """
    key = tuple(identity.values())
    if version is not None:
        return StaleVersion(entities=((columns.name, key),), place=calling_place())
    return NotFound(dto=None, model=columns.name, identity=key, to=to)
