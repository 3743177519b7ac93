"""An expression over a class, as one over an alias of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import inspect

from taskbound.plan.criterion import applied


def adapted(expression: Any, entity: Any) -> Any:
    """The expression for `entity`, a mapped class or an alias of one.

    expression: SQL over the class itself, or a function that makes it of the entity.
    """
    found = applied(expression, entity)
    element = found.__clause_element__() if hasattr(found, "__clause_element__") else found
    adapter = getattr(inspect(entity), "_adapter", None)
    if found is not expression or adapter is None:
        return element
    return adapter.traverse(element)
