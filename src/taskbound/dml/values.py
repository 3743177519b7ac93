"""What the caller gives to be written, taken apart: a DTO or a dict, as values by attribute."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from sqlalchemy.sql.elements import ClauseElement

from taskbound.plan.assign import assignments_of
from taskbound.shape.given import Given, GivenByKey, document_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from taskbound.plan.assign import Assignments, Below, Linked

_BY_KEY = GivenByKey()


class Values(NamedTuple):
    """The values of one row."""

    columns: Mapping[str, Any]
    """By attribute of the model."""
    below: tuple[tuple[Below | Linked, Any], ...] = ()
    """The objects that are written with it or belong to it, by the field that holds them."""


class Taking:
    """How objects of one type are taken apart for one model."""

    __slots__ = ("_attributes", "_below", "_documents", "_given", "_same")

    def __init__(self, dto: Any, model: type[Any]) -> None:
        assignments = assignments_of(dto, model)
        self._given = Given(dto)
        self._attributes = assignments.fields
        self._below = {below.field: below for below in assignments.below}
        self._documents = dict(_documents(dto, assignments))
        # Most DTOs name their fields as the model does.
        self._same = not (self._below or self._documents) and all(
            field == attribute for field, attribute in self._attributes.items()
        )

    @property
    def fields(self) -> Mapping[str, str] | None:
        """The attribute for each field; None where that differs from object to object, or is not all."""
        is_all = not self._below and not self._documents and self._given.names is not None
        return self._attributes if is_all else None

    @property
    def get(self) -> Callable[[Any], tuple[Any, ...]]:
        """All values of an object, in the order of `fields`."""
        return self._given.get

    @property
    def naming(self) -> Callable[[Any], Mapping[str, Any]] | None:
        """What takes out what `named` has; None where the objects hold others."""
        if self._below:
            return None
        return self._given.named if self._same else self._renamed

    def everything(self, values: Any) -> Values:
        """All that the object holds."""
        return self._apart(self._given.everything(values))

    def named(self, values: Any) -> Values:
        """What was given when the object was made, where its type keeps that."""
        return self._apart(self._given.named(values))

    def _renamed(self, values: Any) -> Mapping[str, Any]:
        return self._apart(self._given.named(values)).columns

    def _apart(self, found: Mapping[str, Any]) -> Values:
        if self._same:
            return Values(found)
        attributes, below = self._attributes, self._below
        columns = {attributes[name]: value for name, value in found.items() if name in attributes}
        for name, make in self._documents.items():
            if found.get(name) is not None:
                columns[attributes[name]] = make(found[name])
        return Values(columns, tuple((below[name], found[name]) for name in below if name in found))


def _documents(dto: Any, assignments: Assignments) -> Iterator[tuple[str, Callable[[Any], Any]]]:
    """The fields that hold objects and are written to JSON columns, with what makes JSON values of them."""
    for assigned in assignments.columns:
        make = document_of(dto, assigned.field) if assigned.is_json else None
        if make is not None:
            yield assigned.field, make


def taking_of(dto: Any, model: Any) -> Taking:
    """How objects of a DTO type are taken apart. Raises what `assignments_of` raises."""
    return _taking(dto, model)


@lru_cache(maxsize=1024)
def _taking(dto: Any, model: Any) -> Taking:
    return Taking(dto, model)


def naming_of(given: type[Any], model: type[Any]) -> Callable[[Any], Mapping[str, Any]] | None:
    """What takes the values that are to change, by attribute, out of objects of a type.

    None where the objects hold others. Raises what `assignments_of` raises.
    """
    if issubclass(given, Mapping):
        return _BY_KEY.named
    return taking_of(given, model).naming


def values_for_insert(model: type[Any], values: Any) -> Values:
    """The values of a new row.

    values: a DTO, or a mapping by attribute of the model.

    Raises what `assignments_of` raises.
    """
    if isinstance(values, Mapping):
        return Values(_BY_KEY.everything(values))
    return taking_of(type(values), model).everything(values)


def values_for_update(model: type[Any], values: Any) -> Values:
    """The values that are to change. Raises as `values_for_insert`."""
    if isinstance(values, Mapping):
        return Values(_BY_KEY.named(values))
    return taking_of(type(values), model).named(values)


# Of which no value is SQL.
_PLAIN = frozenset((bool, bytes, date, datetime, Decimal, float, int, str, type(None), UUID))


def has_sql(values: Collection[object]) -> bool:
    """Whether one of the values is SQL."""
    return not _PLAIN.issuperset(map(type, values)) and any(map(is_sql, values))


def is_sql(value: object) -> bool:
    """Whether a value is SQL, which the database computes."""
    if type(value) in _PLAIN:
        return False
    return isinstance(value, ClauseElement) or hasattr(value, "__clause_element__")
