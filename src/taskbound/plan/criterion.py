"""SQL that a DTO brings along: made once for the model itself, to find mistakes before a request does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ClauseElement,
    ColumnElement,
    FunctionElement,
    Join,
    Over,
    ScalarSelect,
    SelectBase,
    select,
)

if TYPE_CHECKING:
    from sqlalchemy import FromClause
    from sqlalchemy.orm import Mapper

    from taskbound.plan.asked import Asked


_INSTEAD = {
    "avg": "a scalar_subquery(), or Sum and Count",
    "count": 'Count("<relation>")',
    "max": 'Max("<relation>.<column>")',
    "min": 'Min("<relation>.<column>")',
    "sum": 'Sum("<relation>.<column>")',
}
_AGGREGATES = _INSTEAD.keys() | {
    "array_agg",
    "group_concat",
    "json_agg",
    "json_group_array",
    "jsonb_agg",
    "string_agg",
    "total",
}


def sql_of(asked: Asked, marker: str, criterion: Any, mapper: Mapper[Any]) -> ColumnElement[Any]:
    """The SQL over the class of `mapper`.

    Raises `UnreadableField` where `criterion` gives none, or where it takes columns of other tables: these
    would stand beside each other unjoined.
    """
    given = _called(asked, marker, criterion, mapper)
    clause = given.__clause_element__() if hasattr(given, "__clause_element__") else given
    if not isinstance(clause, ColumnElement):
        raise asked.unreadable(
            f"has {marker}, which gives {type(given).__name__}, no SQL expression",
            "let it give a column, an expression of columns, or select(...).scalar_subquery()",
        )
    aggregate = next(_aggregates(clause), None)
    if aggregate is not None:
        raise asked.unreadable(
            f"has {marker} with {aggregate}(), which makes one row of all",
            f"have a field for it: {_INSTEAD.get(aggregate, 'a scalar_subquery()')}",
        )
    strange = next((name for name in _strangers(clause, mapper)), None)
    if strange is not None:
        model = mapper.class_.__name__
        raise asked.unreadable(
            f"has {marker} over {strange}, which is no table of {model}",
            f"take columns of {model} alone, or a scalar_subquery() over other tables",
        )
    return clause


def applied(criterion: Any, entity: Any) -> Any:
    """The SQL that a criterion gives for a mapped class, or for an alias of it where it is a function."""
    if isinstance(criterion, ColumnElement) or not callable(criterion):
        return criterion
    return criterion(entity)


def _called(asked: Asked, marker: str, criterion: Any, mapper: Mapper[Any]) -> Any:
    model = mapper.class_
    try:
        return applied(criterion, model)
    except Exception as error:  # code of the DTO's author
        raise asked.unreadable(
            f"has {marker}, whose function fails for {model.__name__}: "
            f"{type(error).__name__}: {error}",
            f"let it give SQL over attributes of {model.__name__}",
        ) from error


def _aggregates(clause: ClauseElement) -> Iterator[str]:
    """The aggregate functions that are not inside a subquery or a window."""
    if isinstance(clause, Over | SelectBase | ScalarSelect):
        return
    if isinstance(clause, FunctionElement):
        name = getattr(clause, "name", "").lower()
        # SQLite's max() of several values is the greatest of them.
        if name in _AGGREGATES and not (name in {"max", "min"} and len(clause.clauses) > 1):
            yield name
    for child in clause.get_children():
        if isinstance(child, ClauseElement):
            yield from _aggregates(child)


def _strangers(clause: ColumnElement[Any], mapper: Mapper[Any]) -> Iterator[str]:
    own = {
        table
        for each in (mapper, *mapper.with_polymorphic_mappers)
        for table in (*each.tables, each.local_table, each.persist_selectable)
    }
    for found in select(clause).get_final_froms():
        for table in _flat(found):
            if table not in own:
                yield str(getattr(table, "name", table))


def _flat(found: FromClause) -> Iterator[FromClause]:
    if isinstance(found, Join):
        yield from _flat(found.left)
        yield from _flat(found.right)
    else:
        yield found
