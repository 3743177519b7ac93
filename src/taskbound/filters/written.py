"""What is written to marked classes: new rows get the values of filters, and keep them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import BindParameter
from sqlalchemy.ext.hybrid import HybridExtensionType

from taskbound.errors import PastFilter
from taskbound.filters.criteria import value_filters
from taskbound.filters.mark import ValueFilter
from taskbound.filters.marked import MARKED
from taskbound.filters.reached import check_value, marked_tables
from taskbound.filters.unit_of_work import foreign, keeps_rows

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sqlalchemy import Column, Insert
    from sqlalchemy.orm import Mapper, RelationshipProperty

    from taskbound.filters.chosen import Filters


def filled(filters: Filters, mapper: Mapper[Any], values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The values of a new row by attribute, with those of filters.

    Raises `PastFilter` where one is another than the session's, or the session has none.
    """
    for filter_ in value_filters(filters, mapper):
        own = filters.value(filter_.name, mapper.class_.__name__)
        given = values.get(filter_.attribute)
        if given is None:
            values = {**values, filter_.attribute: own}
        elif not _is(given, own):
            raise foreign(filter_, mapper)
    return values


def own_values(filters: Filters, mapper: Mapper[Any]) -> dict[str, Any]:
    """What each new row of a class has, by attribute. Raises `PastFilter` where a value is not there."""
    return {
        filter_.attribute: filters.value(filter_.name, mapper.class_.__name__)
        for filter_ in value_filters(filters, mapper)
    }


def check_upsert(filters: Filters, mapper: Mapper[Any], on: Collection[str]) -> None:
    """Raise `PastFilter` where the row that an upsert finds may be one that a filter hides.

    on: the attributes of the unique constraint by which it is found.
    """
    for name, filter_ in MARKED.of(mapper).items():
        is_within = isinstance(filter_, ValueFilter) and filter_.attribute in on
        if name not in filters.off and not is_within:
            raise PastFilter(
                filter=name,
                model=mapper.class_.__name__,
                reason=f"may hide the row that an upsert by {' and '.join(on)} finds",
                cure=f'insert or update it, or leave the filter out by unfiltered("{name}")',
            )


def check_kept(filters: Filters, mapper: Mapper[Any], values: Mapping[str, Any]) -> None:
    """Raise `PastFilter` where new values of a row would make it one of another value."""
    for filter_ in value_filters(filters, mapper):
        own = filters.value(filter_.name, mapper.class_.__name__)
        for name in {filter_.attribute, column_of(filter_, mapper).key}:
            if name in values and not _is(values[name], own):
                raise foreign(filter_, mapper)


def check_values(filters: Filters, mapper: Mapper[Any], values: Mapping[str, Any]) -> None:
    """Raise `PastFilter` where the SQL of a value reads rows of a class with filters."""
    if values and MARKED.version:
        for sql in values.values():
            check_value(sql, mapper.local_table, filters)


def check_delete(filters: Filters, mapper: Mapper[Any]) -> None:
    """Raise `PastFilter` where the rows of a class are marked instead of deleted."""
    for name, filter_ in MARKED.of(mapper).items():
        if filter_.keeps_rows and name not in filters.off:
            raise keeps_rows(filter_, mapper)


def check_between(filters: Filters, relations: Iterable[RelationshipProperty[Any]]) -> None:
    """Raise `PastFilter` where the table between two classes is a class whose rows get a value."""
    for relation in relations if MARKED.version else ():
        if found := value_filter_of_table(filters, relation.secondary):
            filter_, mapper = found
            raise PastFilter(
                filter=filter_.name,
                model=mapper.class_.__name__,
                reason=f"is not looked for in the rows that {relation} makes of its table",
                cure="insert them by the class",
            )


def value_filter_of_table(filters: Filters, table: Any) -> tuple[ValueFilter, Mapper[Any]] | None:
    """A filter whose value the rows of a table have, and their class; None where there is none."""
    found = marked_tables(filters).get(table)
    if found is None:
        return None
    mapper = found[1]
    return next(((filter_, mapper) for filter_ in value_filters(filters, mapper)), None)


def filled_statement(
    filters: Filters, mapper: Mapper[Any], statement: Insert, params: Any
) -> tuple[Insert, Any]:
    """An INSERT of a class, and its parameters, with the values of filters.

    Raises `PastFilter` as `filled`, and where the rows are not seen from here.
    """
    rows = params if isinstance(params, list | tuple) else [params or {}]
    for filter_ in value_filters(filters, mapper):
        _check_seen(filter_, mapper, statement, rows)
        given = _given(statement, mapper, filter_)
        own = filters.value(filter_.name, mapper.class_.__name__)
        if given is not None:
            if not _is(given, own):
                raise foreign(filter_, mapper)
        elif not params:
            statement = statement.values({getattr(mapper.class_, filter_.attribute): own})
    if isinstance(params, list | tuple):
        return statement, [dict(filled(filters, mapper, row)) for row in params]
    return statement, dict(filled(filters, mapper, params)) if params else params


def _given(statement: Any, mapper: Mapper[Any], filter_: ValueFilter) -> Any:
    """What the statement itself sets the attribute to."""
    column = column_of(filter_, mapper)
    for key, value in (statement._values or {}).items():
        if key in {column, column.key, filter_.attribute}:
            return value
    return None


def column_of(filter_: ValueFilter, mapper: Mapper[Any]) -> Column[Any]:
    """The column that a filter compares."""
    column: Column[Any] = mapper.attrs[filter_.attribute].columns[0]
    return column


def _check_seen(
    filter_: ValueFilter, mapper: Mapper[Any], statement: Any, rows: Sequence[Mapping[str, Any]]
) -> None:
    hidden = None
    several = _setting_others(mapper, filter_.attribute)
    named = {name for row in rows for name in several.intersection(row)} if several else ()
    if statement.select is not None:
        hidden = "an INSERT of what a SELECT finds"
    elif statement._multi_values:
        hidden = "an INSERT with several rows in values()"
    elif _changes_others(statement):
        hidden = "an INSERT that changes the row that is there already"
    elif named:
        hidden = f"an INSERT that sets it by {' and '.join(sorted(named))}"
    if hidden is not None:
        raise PastFilter(
            filter=filter_.name,
            model=mapper.class_.__name__,
            reason=f"is not looked for in {hidden}",
            cure="give execute() the rows as a list, or use session.insert()",
        )


@lru_cache(maxsize=1024)
def _setting_others(mapper: Mapper[Any], attribute: str) -> frozenset[str]:
    """What among the values of a row may set an attribute: composites of it, and hybrids of any kind."""
    hybrids = (
        name
        for name, found in mapper.all_orm_descriptors.items()
        if found.extension_type is HybridExtensionType.HYBRID_PROPERTY
    )
    composites = (
        found.key for found in mapper.composites if attribute in {prop.key for prop in found.props}
    )
    return frozenset((*hybrids, *composites))


def _changes_others(statement: Any) -> bool:
    clause = getattr(statement, "_post_values_clause", None)
    return clause is not None and clause.__visit_name__ != "on_conflict_do_nothing"


def _is(given: Any, own: Any) -> bool:
    """Whether a value that is to be written is the session's own."""
    if isinstance(given, BindParameter):
        # One that has a name is given another value when the statement is sent.
        given = given.effective_value if given.unique else None
    return bool(given == own) if not hasattr(given, "__clause_element__") else False
