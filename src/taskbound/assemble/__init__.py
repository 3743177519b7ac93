"""Rows to DTOs: a function generated for each layout, and the interpreter that says what it has to do."""

from __future__ import annotations

from taskbound.assemble.generated import generated
from taskbound.assemble.interpreted import interpreted
from taskbound.assemble.serialiser import Serialiser, serialiser

__all__ = ["Serialiser", "generated", "interpreted", "serialiser"]
