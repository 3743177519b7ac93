"""The user's statement: what it selects, and the form in which more columns can be asked of it."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, inspect, select
from sqlalchemy.orm import LoaderCriteriaOption, aliased

from taskbound.errors import UnfitStatement
from taskbound.statement.adapted import adapted
from taskbound.statement.ordering import criteria_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Mapper


def entity_of(dto: str, statement: Any) -> Any:
    """The mapped class, or the alias of one, whose rows a statement selects.

    Raises `UnfitStatement` where it selects anything else.
    """
    if not isinstance(statement, Select):
        raise _unfit(dto, f"of {type(statement).__name__}", "give it a select() of a mapped class")
    described = statement.column_descriptions
    if len(described) != 1:
        names = ", ".join(str(found["name"]) for found in described)
        raise _unfit(
            dto,
            f"that selects {len(described)} things: {names}",
            "select the one class that the DTO is read from; its fields name what else is needed",
        )
    entity = described[0].get("entity")
    if entity is None or described[0]["expr"] is not entity:
        raise _unfit(
            dto,
            f"that selects the column {described[0]['name']}",
            "select the mapped class itself",
        )
    return entity


def mapper_of(entity: Any) -> Mapper[Any]:
    """The mapper of a class or an alias."""
    mapper: Mapper[Any] = inspect(entity).mapper
    return mapper


def extensible(statement: Select[Any], entity: Any) -> tuple[Select[Any], Any]:
    """A statement for the same rows that can be given other columns, and the entity in it.

    One that takes doubles away or groups does so by its columns. It becomes a subquery.
    """
    statement = _without_loading(statement)
    if not (statement._distinct or statement._group_by_clauses or statement._having_criteria):
        return _locking_alone(statement, entity), entity
    cls = mapper_of(entity).class_
    if statement._distinct:
        rows = aliased(cls, statement.subquery())
        order = [adapted(clause, rows) for clause in statement._order_by_clauses]
        return select(rows).order_by(*order).options(*statement._with_options), rows
    # A group may be ordered by what it is not selected for, such as a sum over what was joined.
    criteria = list(criteria_of(statement._order_by_clauses))
    named = [one.label(f"taskbound_order_{number}") for number, (one, _, _) in enumerate(criteria)]
    groups = statement.add_columns(*named).subquery()
    rows = aliased(cls, groups)
    written = (
        _directed(groups.c[name.name], descending, nulls_first)
        for name, (_, descending, nulls_first) in zip(named, criteria, strict=True)
    )
    return select(rows).order_by(*written).options(*statement._with_options), rows


def uncut(statement: Select[Any], entity: Any) -> tuple[Select[Any], Any]:
    """A statement for the same rows that can be given conditions, and the entity in it.

    A condition would come before its LIMIT and OFFSET, and find other rows.
    """
    if not has_cut(statement):
        return statement, entity
    rows = aliased(mapper_of(entity).class_, statement.subquery())
    return select(rows).options(*criteria_options(statement)), rows


def has_cut(statement: Select[Any]) -> bool:
    """Whether a statement has only some of its rows: LIMIT, OFFSET or FETCH."""
    cuts = (statement._limit_clause, statement._offset_clause, statement._fetch_clause)
    return any(cut is not None for cut in cuts)


def _directed(column: Any, descending: bool | None, nulls_first: bool | None) -> Any:
    if descending is not None:
        column = column.desc() if descending else column.asc()
    if nulls_first is None:
        return column
    return column.nulls_first() if nulls_first else column.nulls_last()


def _without_loading(statement: Select[Any]) -> Select[Any]:
    """The statement without loader options, which say how entities are loaded."""
    if not statement._with_options:
        return statement
    kept = criteria_options(statement)
    statement = statement._generate()
    statement._with_options = kept
    return statement


def criteria_options(statement: Select[Any]) -> tuple[LoaderCriteriaOption, ...]:
    """The `with_loader_criteria()` of a statement, for aliases too: all that is joined here is one."""
    return tuple(
        _for_aliases(option)
        for option in statement._with_options
        if isinstance(option, LoaderCriteriaOption)
    )


def _for_aliases(option: LoaderCriteriaOption) -> LoaderCriteriaOption:
    if option.include_aliases:
        return option
    wider = copy.copy(option)
    wider.include_aliases = True
    return wider


def _locking_alone(statement: Select[Any], entity: Any) -> Select[Any]:
    """The statement with its lock on `entity` alone: what is joined to it is not to be locked.

    PostgreSQL refuses to lock the side of an outer join that may be NULL.
    """
    lock = statement._for_update_arg
    if lock is None or lock.of is not None:
        return statement
    return statement.with_for_update(
        nowait=lock.nowait,
        read=lock.read,
        skip_locked=lock.skip_locked,
        key_share=lock.key_share,
        of=entity,
    )


def _unfit(dto: str, reason: str, cure: str) -> UnfitStatement:
    return UnfitStatement(dto=dto, reason=reason, cure=cure)
