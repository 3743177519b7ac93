"""The SQL in the options of a statement, which is no child of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from sqlalchemy.orm import RelationshipProperty
from sqlalchemy.orm.util import LoaderCriteriaOption

from taskbound.filters.criteria import FilterCriteria

if TYPE_CHECKING:
    from collections.abc import Iterator


class InOption(NamedTuple):
    """One expression."""

    sql: Any
    entities: tuple[Any, ...]
    """The mappers and aliases whose rows it is about."""
    place: Place = "condition"


Place: TypeAlias = Literal["condition", "selected", "between"]
"""A condition of rows; what is selected beside them; the table between two classes that are joined."""


def in_options(statement: Any) -> Iterator[InOption]:
    """Those in what a statement says about loading."""
    # What was said before with_only_columns() is kept apart.
    for said in (statement, *getattr(statement, "_memoized_select_entities", ())):
        for option in getattr(said, "_with_options", ()):
            if isinstance(option, LoaderCriteriaOption):
                yield from _criteria(option)
            for part in getattr(option, "context", ()):
                yield from _of_part(part)


def _criteria(option: LoaderCriteriaOption) -> Iterator[InOption]:
    """What `with_loader_criteria()` says of each class that it is for."""
    # Those of filters are for all classes with filters, and their author's own.
    if isinstance(option, FilterCriteria):
        return
    for mapper in option._all_mappers():
        yield InOption(option._resolve_where_criteria(mapper), (mapper,))


def _of_part(part: Any) -> Iterator[InOption]:
    """What `with_expression()` selects, conditions of `Shelf.books.and_()`, and what `joinedload()` joins."""
    on_path = part.path.path
    entities = tuple(
        each.entity if isinstance(each, RelationshipProperty) else each
        for each in on_path
        if hasattr(each, "mapper")
    )
    for condition in part._extra_criteria:
        yield InOption(condition, entities)
    if (expression := (part.local_opts or {}).get("expression")) is not None:
        yield InOption(expression, entities, "selected")
    if ("lazy", "joined") in (part.strategy or ()):
        relations = [each for each in on_path if isinstance(each, RelationshipProperty)]
        if (table := relations[-1].secondary) is not None:
            yield InOption(table, entities, "between")
