"""What a query asks for: a DTO from a statement, prepared or not, with the values of its parameters."""

from __future__ import annotations

import itertools
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import class_mapper
from sqlalchemy.sql import Select

from taskbound.errors import NoShape
from taskbound.filters.chosen import NO_FILTERS, Filters
from taskbound.read.cache import Readings
from taskbound.read.parameters import Parameters
from taskbound.read.reading import Reading, compiled_reading, in_filters, planned
from taskbound.shape import spelled
from taskbound.statement import CompiledStatement, counting_select, entity_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import BindParameter

    from taskbound.plan import Plan
    from taskbound.statement import Arguments, Children, Counting, Target

T = TypeVar("T")

# Of what is prepared, the key under which its readings are kept.
_numbers = itertools.count(1)


class Ready(NamedTuple):
    """A reading, and the values that go with it."""

    reading: Reading
    parameters: Mapping[str, Any]
    extracted: Sequence[BindParameter[Any]] | None
    """The statement's own values; None where they are those that were compiled."""


class Prepared:
    """A DTO and a statement that stay the same."""

    __slots__ = (
        "__weakref__",
        "_derived",
        "_extra",
        "_planned",
        "children",
        "dto",
        "number",
        "parameters",
        "statement",
    )

    def __init__(
        self,
        dto: Any,
        statement: Select[Any],
        children: Children | None,
        extra: tuple[Any, ...] = (),
    ) -> None:
        if not isinstance(statement, Select):
            entity_of(spelled(dto), statement)
        self.number: int = next(_numbers)
        self.dto: Any = dto
        self._extra = extra
        self.statement: Select[Any] = statement
        self.children: Children | None = children
        self.parameters: Parameters = Parameters(statement)
        self._derived: dict[str, Prepared] = {}
        self._planned: tuple[Any, Plan] | None = None

    def planned(self) -> tuple[Any, Plan]:
        """The entity of the statement, and the plan of the DTO.

        Raises what `verify` raises, and `UnfitStatement`.
        """
        if self._planned is None:
            self._planned = planned(self.dto, self.statement)
        return self._planned

    def reading(self, target: Target, filters: Filters) -> Reading:
        """The reading for a target, compiled at its first use; once for each choice of filters."""
        if self.statement._execution_options:
            target = target.of_statement(self.statement)
        kept = (target.schemas, filters.off) if filters.off else target.schemas
        make = partial(self._compiled, target, filters)
        return Readings.of(target.dialect).of_prepared(self, kept, make)

    def _compiled(self, target: Target, filters: Filters) -> Reading:
        return compiled_reading(
            self.dto,
            self.statement,
            target,
            self.children,
            None,
            extra=self._extra,
            filters=filters,
        )

    def derived(
        self,
        name: str,
        change: Callable[[Select[Any]], Select[Any]],
        extra: tuple[Any, ...] = (),
    ) -> Prepared:
        """The same DTO from a changed statement; made once under its name."""
        found = self._derived.get(name)
        if found is None:
            found = Prepared(self.dto, change(self.statement), self.children, extra)
            self._derived[name] = found
        return found


class Asked(Generic[T]):
    """One question."""

    __slots__ = ("_extra", "_parameters", "_prepared", "children", "dto", "filters", "statement")

    def __init__(
        self,
        dto: Any,
        statement: Any,
        children: Children | None,
        parameters: Mapping[str, Any],
        prepared: Prepared | None = None,
        *,
        extra: tuple[Any, ...] = (),
        filters: Filters = NO_FILTERS,
    ) -> None:
        self.dto: Any = dto
        self.filters: Filters = filters
        self.statement: Any = statement
        self.children: Children | None = children
        self._parameters = parameters
        self._prepared = prepared
        self._extra = extra

    @classmethod
    def of_prepared(
        cls, prepared: Prepared, parameters: Mapping[str, Any], filters: Filters
    ) -> Asked[T]:
        """The question that was prepared, with these values.

        Raises `UnfitParameters` where they are not the ones that it takes.
        """
        prepared.parameters.check(prepared.dto, parameters)
        return cls(
            prepared.dto,
            prepared.statement,
            prepared.children,
            parameters,
            prepared,
            filters=filters,
        )

    @classmethod
    def of(
        cls,
        dto: Any,
        statement: Any,
        children: Children | None,
        parameters: Mapping[str, Any],
        filters: Filters = NO_FILTERS,
    ) -> Asked[T]:
        """A question asked for the first time, or of a mapped class as it is."""
        if isinstance(statement, type):
            prepared = _of_class(_hashed(dto), statement, children)
            return cls.of_prepared(prepared, parameters, filters)
        return cls(dto, statement, children, parameters, filters=filters)

    def unfiltered(self, names: tuple[str, ...]) -> Asked[T]:
        """The same without filters of these names."""
        return Asked(
            self.dto,
            self.statement,
            self.children,
            self._parameters,
            self._prepared,
            extra=self._extra,
            filters=self.filters.unfiltered(*names),
        )

    def ready(self, target: Target) -> Ready:
        """What to send to a target.

        Raises what `verify` raises, `UnfitStatement` and `UnfitParameters`.
        """
        filters, parameters = self.filters, self._parameters
        if filters.parameters:
            # Values that a statement has no use for are left over.
            parameters = {**parameters, **filters.parameters}
        if self._prepared is not None:
            return Ready(self._prepared.reading(target, filters), parameters, None)
        key = self.statement._generate_cache_key() if isinstance(self.statement, Select) else None
        target = target.of_statement(self.statement)
        make = partial(
            compiled_reading,
            self.dto,
            self.statement,
            target,
            self.children,
            key,
            extra=self._extra,
            filters=filters,
        )
        if key is None:
            reading, extracted = make(), None
        else:
            dto, off = _hashed(self.dto), filters.off
            whole = (dto, self.children, bool(self._extra), off, target.schemas, key.key)
            reading = Readings.of(target.dialect).of_statement(whole, make)
            extracted = key.bindparams
        if self._parameters or reading.needs_parameters:
            reading.parameters.check(self.dto, self._parameters)
        return Ready(reading, parameters, extracted)

    def planned(self) -> tuple[Any, Plan]:
        """The entity of the statement, and the plan of the DTO. Raises as `ready`."""
        if self._prepared is not None:
            return self._prepared.planned()
        return planned(self.dto, self.statement)

    def counted(self, what: Counting, target: Target) -> tuple[str, Arguments]:
        """What tells how many rows there are, or whether there is any. Raises as `ready`."""
        ready = self.ready(target)
        if ready.reading.counts.get(what) is None:
            filtered = in_filters(self.statement, self.filters)
            counting = counting_select(filtered, self.planned()[0], what)
            key = self.statement._generate_cache_key() if ready.extracted is not None else None
            ready.reading.counts[what] = CompiledStatement(
                counting, target.of_statement(self.statement), key
            )
        return ready.reading.counts[what].bound(ready.parameters, ready.extracted)

    def derived(
        self,
        name: str,
        change: Callable[[Select[Any]], Select[Any]],
        parameters: Mapping[str, Any] | None = None,
        extra: tuple[Any, ...] = (),
    ) -> Asked[T]:
        """The same DTO from a changed statement.

        name: of the change, which has to be the same each time.
        parameters: of the change, beside those that there are.
        extra: columns that the rows have beside those of the DTO. They follow from the statement.
        """
        values = {**self._parameters, **(parameters or {})}
        if self._prepared is None:
            changed = change(self.statement)
            return Asked(
                self.dto, changed, self.children, values, extra=extra, filters=self.filters
            )
        prepared = self._prepared.derived(name, change, extra)
        return Asked(
            self.dto, prepared.statement, self.children, values, prepared, filters=self.filters
        )


@lru_cache(maxsize=1024)
def _of_class(dto: Any, model: type[Any], children: Children | None) -> Prepared:
    return Prepared(dto, select(class_mapper(model).class_), children)


def _hashed(dto: Any) -> Any:
    try:
        hash(dto)
    except TypeError:
        raise NoShape(dto=spelled(dto)) from None
    return dto
