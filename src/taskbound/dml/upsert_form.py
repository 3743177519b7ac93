"""The upsert of objects of one type that give the same fields: looked into once, for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from taskbound.dml.values import has_sql, taking_of

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from taskbound.dml.columns import Columns
    from taskbound.dml.upserting import Upserting
    from taskbound.statement import Arguments


class UpsertForm:
    """What the statements of an upsert do for such an object, which tell what they have done."""

    __slots__ = ("_defaulted", "_get", "_takes", "names", "writing")

    def __init__(self, columns: Columns, given: Any, writing: Upserting, names: list[str]) -> None:
        """names: the attributes that it may change."""
        taking = taking_of(given, columns.mapper.class_)
        fields = tuple((taking.fields or {}).values())
        self.writing: Upserting = writing
        self.names: list[str] = names
        self._get = taking.get
        self._defaulted = tuple(
            place for place, name in enumerate(fields) if columns.leaves_out(name, None)
        )
        keys = [columns.column(name).key for name in fields]
        is_plain = fields and not writing.is_filled and not columns.fills_by_itself
        self._takes = _takes(writing, keys) if is_plain else None

    def bound(self, values: Any) -> list[tuple[str, Arguments]] | None:
        """The statements, each with its SQL text and its arguments; None where there is more to do."""
        if self._takes is None:
            return None
        taken = self._get(values)
        if any(taken[place] is None for place in self._defaulted) or has_sql(taken):
            return None
        return [(sql, take(taken)) for sql, take in self._takes]


def _takes(
    writing: Upserting, keys: list[str]
) -> list[tuple[str, Callable[[Sequence[Any]], Arguments]]] | None:
    found = [(each.sql, each.taking(keys)) for each in writing.statements]
    taken = [(sql, take) for sql, take in found if take is not None]
    return taken if len(taken) == len(found) else None


def kind_of(values: Any) -> Hashable:
    """What is the same for objects that give the same fields."""
    given = getattr(values, "model_fields_set", None)
    return type(values), None if given is None else frozenset(given)


def fills(columns: Columns, values: Any, keys: tuple[str, ...]) -> bool:
    """Whether an object is one of a type whose fields are these columns of a new row, and all of them."""
    if isinstance(values, Mapping):
        return False
    fields = (taking_of(type(values), columns.mapper.class_).fields or {}).values()
    return keys == tuple(columns.column(name).key for name in fields)
