"""What an object of a DTO type gives to be written: its fields by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any, get_origin

from taskbound.shape.annotation import options, plain
from taskbound.shape.pydantic import dumping
from taskbound.shape.readers import reading_of
from taskbound.shape.unset import is_unset_type, unset_ids


class Given:
    """How the values of one DTO type are taken out of its objects."""

    __slots__ = ("_names", "_unset", "get", "named")

    def __init__(self, dto: Any) -> None:
        reading = reading_of(dto)
        members = reading.members if reading else ()
        self._names = tuple(member.name for member in members)
        self.get: Callable[[Any], tuple[Any, ...]] = _getter(self._names)
        """All values of an object, in the order of the type."""
        # Where a field may hold `UNSET`, its value has to be looked at. Whatever library that is of, the type
        # has imported it.
        may_be_unset = any(_may_be_unset(member.annotation) for member in members)
        self._unset = frozenset(unset_ids() if may_be_unset else ())
        keeps_what_was_given = hasattr(dto, "model_fields_set")
        self.named: Callable[[Any], Mapping[str, Any]] = (
            self._named if keeps_what_was_given else self.everything
        )
        """The fields that were given, where the type keeps that (Pydantic's `model_fields_set`); else all."""

    @property
    def names(self) -> tuple[str, ...] | None:
        """The fields that every object has; None where some may be `UNSET`."""
        return None if self._unset else self._names

    def everything(self, values: Any) -> Mapping[str, Any]:
        """Every field, in the order of the type, without those that are `UNSET`."""
        if not self._unset:
            return dict(zip(self._names, self.get(values), strict=True))
        found, unset = zip(self._names, self.get(values), strict=True), self._unset
        return {name: value for name, value in found if id(value) not in unset}

    def _named(self, values: Any) -> Mapping[str, Any]:
        found = self.everything(values)
        given = values.model_fields_set
        if len(given) == len(found):
            return found
        return {name: value for name, value in found.items() if name in given}


def document_of(dto: Any, name: str) -> Callable[[Any], Any] | None:
    """What makes a JSON value of a field's; None where the field is one already, as far as is known."""
    cls = get_origin(dto) or dto
    return dumping(cls, name) if isinstance(cls, type) else None


class GivenByKey:
    """The same for a mapping, a TypedDict among them: what it has is what was given."""

    __slots__ = ()

    def everything(self, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """Every entry, without those that are `UNSET`."""
        return _set_only(values)

    named = everything


def _set_only(values: Mapping[str, Any]) -> Mapping[str, Any]:
    unset = unset_ids()
    return {name: value for name, value in values.items() if id(value) not in unset}


def _getter(names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    if len(names) > 1:
        return attrgetter(*names)
    return lambda values: tuple(getattr(values, name) for name in names)


def _may_be_unset(annotation: Any) -> bool:
    return any(is_unset_type(option) for option in options(plain(annotation)[0]))
