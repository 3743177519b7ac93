"""SQL that a DTO brings along. It is not looked into here."""

from __future__ import annotations

from typing import Any


def is_criterion(value: Any) -> bool:
    """Whether it is an SQL expression, or a function that gives one for a mapped class."""
    expression = hasattr(type(value), "compile") or hasattr(value, "__clause_element__")
    return expression or (callable(value) and not isinstance(value, type))
