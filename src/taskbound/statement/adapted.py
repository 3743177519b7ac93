"""An expression over a class, as one over an alias of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import inspect


def adapted(expression: Any, entity: Any) -> Any:
    """The expression for `entity`, a mapped class or an alias of one.

    expression: SQL over the class itself, or what makes it of the entity.
    """
    if callable(expression) and not hasattr(expression, "__clause_element__"):
        return expression(entity)
    element = expression.__clause_element__() if hasattr(expression, "__clause_element__") else expression
    adapter = getattr(inspect(entity), "_adapter", None)
    return element if adapter is None else adapter.traverse(element)
