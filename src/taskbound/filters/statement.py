"""A statement of a session, made to keep to the session's filters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Delete, Insert, Update
from sqlalchemy.orm import FromStatement
from sqlalchemy.sql import coercions, roles, visitors
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.lambdas import StatementLambdaElement
from sqlalchemy.sql.selectable import SelectBase

from taskbound.errors import PastFilter
from taskbound.filters.chosen import PREFIX
from taskbound.filters.criteria import (
    FilterCriteria,
    named_criteria,
    value_filters,
    valued_criteria,
)
from taskbound.filters.marked import MARKED
from taskbound.filters.reached import check_reached
from taskbound.filters.refresh import refreshing
from taskbound.filters.unit_of_work import foreign, keeps_rows
from taskbound.filters.written import check_kept, column_of, filled_statement, value_filter_of_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Mapper

    from taskbound.filters.chosen import Filters


def filtered(
    filters: Filters, statement: Any, params: Any, options: Mapping[str, Any]
) -> tuple[Any, Any]:
    """A statement with its filters, and its parameters with their values.

    options: those of its execution.

    Raises `PastFilter` where it would get past one.
    """
    statement = coercions.expect(roles.StatementRole, statement)
    if isinstance(statement, StatementLambdaElement):
        statement = statement._resolved
    if isinstance(statement, FunctionElement):
        # What SQLAlchemy makes of it, too.
        statement = statement.select()
    if isinstance(statement, SelectBase | FromStatement):
        return _read(filters, statement, params, options)
    if isinstance(statement, Insert):
        return _inserted(filters, statement, params)
    if isinstance(statement, Update | Delete):
        return _changed(filters, statement, params)
    return statement, params


def _of_the_caller(params: Any) -> Any:
    """The parameters of a caller, none of which takes the place of a filter's value."""
    if isinstance(params, list | tuple):
        return [_of_the_caller(row) for row in params]
    if params and any(name.startswith(PREFIX) for name in params):
        return {name: value for name, value in params.items() if not name.startswith(PREFIX)}
    return params


def _read(
    filters: Filters, statement: Any, params: Any, options: Mapping[str, Any]
) -> tuple[Any, Any]:
    is_filtered, params = _is_filtered(statement), _of_the_caller(params)
    compiling = getattr(statement, "_compile_options", None)
    if not getattr(compiling, "_for_refresh_state", False):
        check_reached(statement, filters)
    elif not is_filtered:
        state = options["_sa_orm_load_options"]._refresh_state
        statement = refreshing(filters, statement, state)
    # Some of what loads relationships has the options of the statement that it belongs to.
    if not is_filtered:
        statement = statement.options(named_criteria(filters))
    if filters.parameters:
        params = {**(params or {}), **filters.parameters}
    return statement, params


def _changed(filters: Filters, statement: Any, params: Any) -> tuple[Any, Any]:
    if _is_filtered(statement):
        return statement, params
    mapper = _mapper(statement)
    if mapper is not None:
        _check_change(filters, mapper, statement, params)
    check_reached(statement, filters)
    return statement.options(valued_criteria(filters)), _of_the_caller(params)


def _check_change(filters: Filters, mapper: Mapper[Any], statement: Any, params: Any) -> None:
    on = [found for name, found in MARKED.of(mapper).items() if name not in filters.off]
    for filter_ in on:
        if isinstance(statement, Delete) and filter_.keeps_rows:
            raise keeps_rows(filter_, mapper)
        if isinstance(params, list | tuple):
            raise PastFilter(
                filter=filter_.name,
                model=mapper.class_.__name__,
                reason="is not looked for in an UPDATE by primary key of a list of rows",
                cure="give the rows a condition with where(), or change the entities",
            )
    if isinstance(statement, Update):
        _check_new(filters, mapper, statement, params)


def _check_new(filters: Filters, mapper: Mapper[Any], statement: Any, params: Any) -> None:
    """Raise `PastFilter` where rows would get another value than the session's."""
    given = {getattr(key, "key", key): value for key, value in _new(statement)}
    for filter_ in value_filters(filters, mapper):
        if filter_.attribute in given or column_of(filter_, mapper).key in given:
            raise foreign(filter_, mapper)
    check_kept(filters, mapper, params or {})


def _new(statement: Any) -> list[tuple[Any, Any]]:
    # SQLAlchemy 2.0 has what ordered_values() was given in a place of its own.
    return [
        *(statement._values or {}).items(),
        *(getattr(statement, "_ordered_values", None) or ()),
    ]


def _inserted(filters: Filters, statement: Any, params: Any) -> tuple[Any, Any]:
    mapper = _mapper(statement)
    if mapper is not None:
        statement, params = filled_statement(filters, mapper, statement, params)
    else:
        _check_table(filters, statement)
    check_reached(statement, filters)
    if _is_filtered(statement) or not _reads(statement):
        return statement, params
    return statement.options(valued_criteria(filters)), _of_the_caller(params)


def _reads(statement: Any) -> bool:
    """Whether an INSERT takes what it inserts from a SELECT."""
    return any(isinstance(part, SelectBase) for part in visitors.iterate(statement))


def _check_table(filters: Filters, statement: Any) -> None:
    """Raise `PastFilter` where rows of a tenant are inserted by their table."""
    if found := value_filter_of_table(filters, statement.table):
        filter_, mapper = found
        raise PastFilter(
            filter=filter_.name,
            model=mapper.class_.__name__,
            reason=f"is not looked for in an INSERT of the table {statement.table.description}",
            cure=f"insert({mapper.class_.__name__}) by the class",
        )


def _is_filtered(statement: Any) -> bool:
    return any(isinstance(option, FilterCriteria) for option in statement._with_options)


def _mapper(statement: Any) -> Mapper[Any] | None:
    entity = statement.table._annotations.get("parententity")
    mapper: Mapper[Any] | None = entity.mapper if entity is not None else None
    return mapper
