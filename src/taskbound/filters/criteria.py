"""The conditions of all filters as one option of a statement, applied to each class in it by SQLAlchemy."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from sqlalchemy import BindParameter, bindparam, inspect, true
from sqlalchemy.orm import aliased
from sqlalchemy.orm.util import LoaderCriteriaOption
from sqlalchemy.sql.util import _deep_deannotate

from taskbound.errors import PastFilter
from taskbound.filters.chosen import PREFIX, Filters, without_value
from taskbound.filters.mark import ValueFilter
from taskbound.filters.marked import MARKED

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence
    from typing import NoReturn, TypeAlias

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Mapper

    from taskbound.filters.mark import Filter

    Parts: TypeAlias = Sequence[tuple[Mapper[Any], LoaderCriteriaOption]]


class FilterCriteria(LoaderCriteriaOption):
    """`with_loader_criteria()` for every marked class.

    make: what makes the options of single classes, when something is compiled.
    key: under which SQLAlchemy keeps what it has compiled with it.
    binds: the values among the parts, which may be others the next time.
    """

    __slots__ = ("_binds", "_key", "_make", "_parts")

    # Not the base's own, which is for one class.
    def __init__(
        self,
        make: Callable[[], Parts],
        key: Hashable,
        binds: Sequence[BindParameter[Any]] = (),
    ) -> None:
        self._make, self._key, self._binds = make, key, binds
        self._parts: Parts | None = None
        self.root_entity: type[Any] | None = None
        self.entity: Any = None
        self.deferred_where_criteria = False
        self.include_aliases = True
        # What loads relationships is a statement of its own, and gets its own option.
        self.propagate_to_loaders = False

    def get_global_criteria(self, attributes: dict[Any, Any]) -> None:
        """What SQLAlchemy asks an option for when it compiles a statement."""
        if self._parts is None:
            self._parts = self._make()
        # Not by the options themselves, which are for the classes below theirs as well.
        for mapper, part in self._parts:
            attributes.setdefault(("additional_entity_criteria", mapper), []).append(part)

    def _gen_cache_key(self, anon_map: Any, bindparams: list[BindParameter[Any]]) -> Any:  # noqa: ARG002  # SQLAlchemy's own
        # Made up each time of all classes, it would take longer than the rest of the statement's.
        bindparams.extend(self._binds)
        return FilterCriteria, self._key


class _Kept:
    """The options without values, made once."""

    def __init__(self) -> None:
        self._version = -1
        self._found: dict[frozenset[str], FilterCriteria] = {}

    def of(self, off: frozenset[str]) -> FilterCriteria:
        """The option that leaves out the filters of these names."""
        if self._version != MARKED.version:
            self._version, self._found = MARKED.version, {}
        if off not in self._found:
            key = (off, MARKED.version)
            self._found[off] = FilterCriteria(partial(_parts, off, parameter), key)
        return self._found[off]


_KEPT = _Kept()


def named_criteria(filters: Filters) -> FilterCriteria:
    """The option with parameters for `Filters.parameters`. One that is not there raises `PastFilter`."""
    return _KEPT.of(filters.off)


def as_filtered(statement: Any, filters: Filters) -> Any:
    """A statement for rows that were found by one with filters, and are locked since: it needs none."""
    return statement.options(named_criteria(filters)) if MARKED.version else statement


def valued_criteria(filters: Filters) -> FilterCriteria:
    """The option with the values in it: an ORM update or delete has them evaluated in Python, too."""
    binds: dict[str, BindParameter[Any]] = {
        name: bindparam(PREFIX + name, value, unique=True) for name, value in filters.values.items()
    }

    def bound(filter_: Filter, mapper: Mapper[Any]) -> BindParameter[Any]:
        found = binds.get(filter_.name)
        return parameter(filter_, mapper) if found is None else found

    key = (filters.off, MARKED.version, frozenset(binds))
    return FilterCriteria(partial(_parts, filters.off, bound), key, tuple(binds.values()))


def conditions(filters: Filters, mapper: Mapper[Any]) -> list[ColumnElement[bool]]:
    """The conditions for a statement of a class's own table, with parameters by `Filters.parameters`.

    Raises `PastFilter` where one is on another table.
    """
    return [
        _on_own_table(filter_, mapper)
        for name, filter_ in MARKED.of(mapper).items()
        if name not in filters.off
    ]


def _on_own_table(filter_: Filter, mapper: Mapper[Any]) -> ColumnElement[bool]:
    found: Any = filter_.condition(mapper.class_, parameter(filter_, mapper))
    if any(table is not mapper.local_table for table in _deep_deannotate(found)._from_objects):
        raise PastFilter(
            filter=filter_.name,
            model=mapper.class_.__name__,
            reason=f"is not on the table {mapper.local_table.description}",
            cure="change the entity, or the rows of a condition with where=",
        )
    condition: ColumnElement[bool] = _deep_deannotate(found)
    return condition


def parameter(filter_: Filter, mapper: Mapper[Any]) -> BindParameter[Any]:
    """What stands for a filter's value in a statement for a class; without one it raises `PastFilter`."""
    refuse = partial(_refuse, filter_.name, mapper.class_.__name__)
    return bindparam(PREFIX + filter_.name, callable_=refuse)


def _refuse(name: str, model: str) -> NoReturn:
    raise without_value(name, model)


def _parts(
    off: frozenset[str], bound: Callable[[Filter, Mapper[Any]], BindParameter[Any]]
) -> Parts:
    return [
        (mapper, _part(mapper, filter_, bound(filter_, mapper)))
        for mapper, filters in list(MARKED.mappers.items())
        for filter_ in filters.values()
        if filter_.name not in off
    ]


class _Part(LoaderCriteriaOption):
    """One filter of one class."""

    __slots__ = ()

    def _resolve_where_criteria(self, ext_info: Any) -> ColumnElement[bool]:
        found: ColumnElement[bool] = super()._resolve_where_criteria(ext_info)
        # In the join of an alias by a condition of the caller's, SQLAlchemy leaves it that of the class.
        return ext_info._adapter.traverse(found) if ext_info.is_aliased_class else found


class _Hiding(_Part):
    """One that the rows of a class may not meet any more once they were written."""

    __slots__ = ()

    def _resolve_where_criteria(self, ext_info: Any) -> ColumnElement[bool]:
        return true() if ext_info in _WRITTEN else super()._resolve_where_criteria(ext_info)


def _part(mapper: Mapper[Any], filter_: Filter, bound: BindParameter[Any]) -> LoaderCriteriaOption:
    # What is joined to be loaded with others asks for those that propagate.
    kind = _Part if isinstance(filter_, ValueFilter) else _Hiding
    return kind(mapper.class_, filter_.condition(mapper.class_, bound), include_aliases=True)


_WRITTEN: WeakSet[Any] = WeakSet()


@lru_cache(maxsize=1024)
def as_written(mapper: Mapper[Any]) -> Any:
    """What to select for rows that have just been written: a class, or an alias of it.

    Of the class's filters those with a value hold for the alias, which no row was written past. The others
    may hide what was written, as where it was marked as deleted, and hold for other rows alone.
    """
    if all(isinstance(filter_, ValueFilter) for filter_ in MARKED.of(mapper).values()):
        return mapper.class_
    found = aliased(mapper.class_, flat=True)
    _WRITTEN.add(inspect(found))
    return found


def same_as_written(entity: Any, again: Any) -> None:
    """Have an alias in which the rows of an entity are joined once more be filtered as that is."""
    if inspect(entity) in _WRITTEN:
        _WRITTEN.add(inspect(again))


def value_filters(filters: Filters, mapper: Mapper[Any]) -> list[ValueFilter]:
    """Those filters of a class that take a value and are not left out."""
    return [
        found
        for name, found in MARKED.of(mapper).items()
        if isinstance(found, ValueFilter) and name not in filters.off
    ]
