"""How the objects of one type become new rows of one class: looked into once, for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from taskbound.dml.columns import columns_of
from taskbound.dml.inserting import inserting
from taskbound.dml.values import taking_of
from taskbound.filters.marked import MARKED
from taskbound.read.cache import Readings

if TYPE_CHECKING:
    from taskbound.dml.columns import Columns
    from taskbound.dml.written import Written
    from taskbound.statement import Arguments, Target


class Form:
    """The row of an object, where that is one plain INSERT with all fields of the object."""

    __slots__ = ("_defaulted", "_get", "_keys", "_take", "writing")

    def __init__(self, columns: Columns, given: Any, dto: Any, target: Target) -> None:
        taking = taking_of(given, columns.mapper.class_)
        names = tuple((taking.fields or {}).values())
        self._get = taking.get
        self._keys = tuple(columns.column(name).key for name in names)
        self._defaulted = tuple(
            place for place, name in enumerate(names) if columns.leaves_out(name, None)
        )
        self.writing: Written = inserting(columns, self._keys, dto, target)
        self._take = self.writing.statement.taking(self._keys)

    def bound(self, values: Any) -> tuple[str, Arguments] | None:
        """The SQL text and its arguments; None where a default stands for None, which is another INSERT."""
        taken = self._get(values)
        for place in self._defaulted:
            if taken[place] is None:
                return None
        if self._take is None:
            # Python fills in defaults.
            return self.writing.bound(dict(zip(self._keys, taken, strict=True)))
        return self.writing.statement.sql, self._take(taken)


def form_of(model: type[Any], given: type[Any], dto: Any, target: Target) -> Form | None:
    """The form of objects of a type, looked into when it is first asked for.

    None where there is more to do: for mappings, fields that may be `UNSET`, rows of several tables, columns
    that a class fills by itself, classes with filters. Raises what `assignments_of` raises.
    """
    kept = ("form", model, given, dto, target.schemas, MARKED.version)
    return Readings.of(target.dialect).of_statement(kept, _made, model, given, dto, target)


def _made(model: type[Any], given: type[Any], dto: Any, target: Target) -> Form | None:
    columns = columns_of(model)
    if (
        MARKED.of(columns.mapper)
        or issubclass(given, Mapping)
        or columns.is_joined
        or columns.fills_by_itself
    ):
        return None
    if not taking_of(given, model).fields:
        return None
    return Form(columns, given, dto, target)
