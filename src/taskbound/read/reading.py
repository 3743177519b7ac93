"""A projection made ready for one dialect: the text to send, and the function that makes DTOs of rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from taskbound.assemble import generated
from taskbound.filters.criteria import named_criteria
from taskbound.filters.marked import MARKED
from taskbound.filters.reached import check_reached, has_marked
from taskbound.plan import plan_of
from taskbound.read.parameters import Parameters
from taskbound.shape import spelled
from taskbound.statement import CompiledStatement, adapted, build, entity_of, extensible, mapper_of

if TYPE_CHECKING:
    from sqlalchemy import Select
    from sqlalchemy.sql.cache_key import CacheKey

    from taskbound.filters.chosen import Filters
    from taskbound.plan import Plan
    from taskbound.plan.layout import Batches, Layout, Rows
    from taskbound.plan.layout import Choice as LayoutChoice
    from taskbound.read.writing import Writing
    from taskbound.statement import Batch, Built, Children, Choice, Counting, Target


@dataclass(frozen=True, slots=True, eq=False)
class BatchReading:
    """The statement for one collection, compiled."""

    statement: CompiledStatement
    assemble: Callable[[Rows, Batches], list[Any]]
    keys: tuple[int, ...]
    """Where a child's row has the key of its parent."""
    asked: tuple[int, ...]
    """Where a parent's row has its key."""
    own: tuple[int, ...]
    """Where a child's row has its own key, for the children that it has in a tree."""
    converts: tuple[Callable[[Any], Any] | None, ...]
    batches: tuple[BatchReading, ...]
    relation: str
    recursive: bool
    """Whether it is asked again for the children of what it has found, until there are none."""


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """A projection compiled."""

    statement: CompiledStatement
    assemble: Callable[[Rows, Batches], list[Any]]
    batches: tuple[BatchReading, ...]
    choices: tuple[Choice, ...]
    plan: Plan
    layout: Layout | LayoutChoice
    parameters: Parameters
    """Those that the caller's statement names."""
    needs_parameters: bool
    """Whether one of them has to be given."""
    is_filtered: bool
    """Whether filters of models hold for any of its rows."""
    extra: tuple[int, ...] = ()
    """Where the rows have what was asked for beside the DTO."""
    counts: dict[Counting, CompiledStatement] = field(default_factory=dict)
    """What counts the rows, once it has been asked for."""
    writing: list[Writing] = field(default_factory=list)
    """Who writes the JSON, once it has been asked for."""


def compiled_reading(
    dto: Any,
    statement: Select[Any],
    target: Target,
    children: Children | None,
    key: CacheKey | None,
    *,
    extra: tuple[Any, ...] = (),
    filters: Filters,
) -> Reading:
    """The reading of a DTO from a statement.

    extra: columns that the rows have beside those of the DTO, at their end.
    key: the cache key of `statement`, where other values are to stand in for its own later.

    Raises what `verify` raises, `UnfitStatement`, and `PastFilter` where a filter does not reach its rows.
    """
    entity, plan = planned(dto, statement)

    def made(statement: Select[Any]) -> Built:
        selected, within = extensible(statement, entity)
        besides = extra
        if within is not entity:
            besides = tuple(adapted(column, within) for column in extra)
        return build(plan, selected, within, target.dialect, children, extra=besides)

    built = made(statement)
    is_filtered = any(has_marked(select, filters) for select in built.selects())
    if is_filtered:
        built = made(in_filters(statement, filters))
        for select in built.selects():
            check_reached(select, filters)
    parameters = Parameters(statement)
    return Reading(
        CompiledStatement(built.select, target, key),
        generated(built.layout),
        _batches(built.layout, built.batches, target, key),
        built.choices,
        plan,
        built.layout,
        parameters,
        parameters.are_needed,
        is_filtered,
        built.extra,
    )


def in_filters(statement: Select[Any], filters: Filters) -> Select[Any]:
    """A statement to which its filters are applied, with parameters for their values."""
    return statement.options(named_criteria(filters)) if MARKED.version else statement


def planned(dto: Any, statement: Any) -> tuple[Any, Plan]:
    """The entity of a statement, and the plan of a DTO for it."""
    entity = entity_of(spelled(dto), statement)
    return entity, plan_of(dto, mapper_of(entity).class_)


def _batches(
    layout: Layout | LayoutChoice,
    batches: Sequence[Batch],
    target: Target,
    key: CacheKey | None,
) -> tuple[BatchReading, ...]:
    places = layout.keys_of_batches()
    return tuple(
        BatchReading(
            CompiledStatement(batch.select, target, key),
            generated(batch.layout),
            batch.keys,
            places[slot],
            batch.layout.keys_of_batches().get(len(batch.batches), ()),
            batch.converts,
            _batches(batch.layout, batch.batches, target, key),
            batch.relation,
            batch.recursive,
        )
        for slot, batch in enumerate(batches)
    )
