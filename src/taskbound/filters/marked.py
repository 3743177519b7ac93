"""The mapped classes that have filters, known from when they are mapped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from sqlalchemy import Table, event
from sqlalchemy.orm import Mapper

from taskbound.errors import PastFilter
from taskbound.filters.mark import filters_of
from taskbound.filters.unit_of_work import watch, watch_values

if TYPE_CHECKING:
    from collections.abc import Mapping

    from taskbound.filters.mark import Filter


class Marked:
    """What is marked in this process."""

    def __init__(self) -> None:
        self.mappers: WeakKeyDictionary[Mapper[Any], Mapping[str, Filter]] = WeakKeyDictionary()
        self.version: int = 0
        """Counts the classes that were mapped with filters."""
        self._tables: tuple[int, Mapping[Table, Mapping[str, Mapper[Any]]]] = (0, {})

    def note(self, mapper: Mapper[Any], cls: type[Any]) -> None:
        """Have a look at a class that has just been mapped.

        Raises `PastFilter` where it has a filter that the class above does not have.
        """
        if found := filters_of(cls):
            _check_above(mapper, found)
            if not self.version:
                watch_values()
            self.mappers[mapper] = found
            self.version += 1
            watch(mapper, found)

    def of(self, mapper: Mapper[Any]) -> Mapping[str, Filter]:
        """The filters of a mapped class by name."""
        return self.mappers.get(mapper, {}) if self.version else {}

    def tables(self) -> Mapping[Table, Mapping[str, Mapper[Any]]]:
        """For each table of a class with filters their names, each with one such class."""
        version, found = self._tables
        if version != self.version:
            found = _tables(self.mappers)
            self._tables = self.version, found
        return found


def _check_above(mapper: Mapper[Any], filters: Mapping[str, Filter]) -> None:
    """Raise `PastFilter` where rows can be read past a filter, by a class that this one inherits from."""
    above = mapper.inherits
    if above is None or mapper.concrete:
        return
    same = filters_of(above.class_)
    for name, filter_ in filters.items():
        if same.get(name) is not filter_:
            raise PastFilter(
                filter=name,
                model=mapper.class_.__name__,
                reason=f"is not that of {above.class_.__name__}, by which the same rows are read",
                cure="mark the class at the top, which holds for all below it",
            )


def _tables(
    mappers: Mapping[Mapper[Any], Mapping[str, Filter]],
) -> Mapping[Table, Mapping[str, Mapper[Any]]]:
    found: dict[Table, dict[str, Mapper[Any]]] = {}
    for mapper, filters in list(mappers.items()):
        for table in mapper.tables:
            if isinstance(table, Table):
                names = found.setdefault(table, {})
                for name in filters:
                    names.setdefault(name, mapper)
    return found


MARKED = Marked()

event.listen(Mapper, "after_mapper_constructed", MARKED.note)
