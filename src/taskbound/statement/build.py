"""From a plan to the statements that read it, and to the layout of their rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from taskbound.plan import Aggregate, Column, Empty, Many, One
from taskbound.plan import layout as layouts
from taskbound.plan.absence import may_be_absent
from taskbound.plan.layout import Batched, Fixed, Inline, Layout, Single
from taskbound.statement.batch import Batch, batch_select
from taskbound.statement.children import filtered, order_of
from taskbound.statement.polymorphic import path_of, spread
from taskbound.statement.root import criteria_options
from taskbound.statement.row import Row
from taskbound.statement.strategy import array, choose

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Dialect, Select
    from sqlalchemy.orm import LoaderCriteriaOption

    from taskbound.plan import Part, Plan
    from taskbound.plan.layout import Instruction
    from taskbound.statement import strategy
    from taskbound.statement.strategy import Children, Choice


@dataclass(frozen=True, slots=True, eq=False)
class Built:
    """What reads a plan: a SELECT, the layout of its rows, and the batches that follow it."""

    select: Select[Any]
    layout: Layout | layouts.Choice
    batches: tuple[Batch, ...]
    choices: tuple[Choice, ...]
    extra: tuple[int, ...]
    """The places of what was asked for beside the plan."""

    def selects(self) -> Iterator[Select[Any]]:
        """The SELECT, and that of each batch."""
        yield self.select
        for batch in self.batches:
            yield from batch.selects()


def build(
    plan: Plan,
    statement: Select[Any],
    entity: Any,
    dialect: Dialect,
    asked: Children | None,
    *,
    extra: tuple[Any, ...] = (),
) -> Built:
    """The statements for a plan.

    statement: selects `entity`, and with it the rows and their order.
    entity: the class of the plan, or an alias of it.
    asked: how children are to be read; None leaves that to the plan.
    extra: columns that the rows are to have beside those of the plan.
    """
    criteria = criteria_options(statement)
    building = _Building(dialect, asked, criteria)
    row = Row(entity, dialect)
    batches: list[Batch] = []
    layout = building.fill(row, plan, (), None, batches)
    places = row.foreign(extra)
    # What the statement names as its FROM has the entity in it; otherwise its columns have brought it.
    named = bool(statement._from_obj)
    whole = statement.with_only_columns(*row.columns, maintain_column_froms=not named)
    whole = row.joined(whole)
    return Built(whole, layout, tuple(batches), tuple(building.choices), places)


class _Building:
    """One walk over a plan."""

    def __init__(
        self,
        dialect: Dialect,
        asked: Children | None,
        criteria: tuple[LoaderCriteriaOption, ...],
    ) -> None:
        self._criteria = criteria
        self._dialect = dialect
        self._asked = asked
        self.choices: list[Choice] = []

    def fill(
        self,
        row: Row,
        plan: Plan,
        path: tuple[str, ...],
        inside: strategy.Inline | None,
        batches: list[Batch],
    ) -> Layout | layouts.Choice:
        """Add the columns of a plan to a row; returns where each field stands.

        path: from the row's entity to that of the plan.
        inside: how the row itself is carried, where it stands in a cell.
        batches: of the row's statement; one is added for each collection that is not in the row.
        """
        if plan.variants:
            return self._choice(row, plan, path, inside, batches)
        instructions = tuple(
            self._instruction(row, part, path, inside, batches) for part in plan.parts
        )
        return Layout(plan.shape, instructions)

    def _choice(
        self,
        row: Row,
        plan: Plan,
        path: tuple[str, ...],
        inside: strategy.Inline | None,
        batches: list[Batch],
    ) -> layouts.Choice:
        discriminator = row.discriminator(spread(row, path, plan))
        filled: dict[int, Any] = {}
        for variant in plan.variants:
            if id(variant.plan) not in filled:
                end = path_of(path, variant.mapper.class_)
                filled[id(variant.plan)] = self.fill(row, variant.plan, end, inside, batches)
        options = tuple((found.identity, filled[id(found.plan)]) for found in plan.variants)
        return layouts.Choice(plan.shape, discriminator, options)

    def _instruction(
        self,
        row: Row,
        part: Part,
        path: tuple[str, ...],
        inside: strategy.Inline | None,
        batches: list[Batch],
    ) -> Instruction:
        if isinstance(part, Column | Aggregate):
            return row.value(part, path)
        if isinstance(part, Empty):
            return Fixed(part.field, part.content.make)
        if isinstance(part, One):
            end = (*path, *part.path)
            # A criterion of the caller's may hide what the foreign key promises.
            may_be_absent = bool(self._criteria) or _may_be_absent(part)
            presence = row.keys(end)[0] if may_be_absent else None
            layout = self.fill(row, part.plan, end, inside, batches)
            return Single(part.field, layout, presence)
        return self._many(row, part, path, inside, batches)

    def _many(
        self,
        row: Row,
        many: Many,
        path: tuple[str, ...],
        inside: strategy.Inline | None,
        batches: list[Batch],
    ) -> Inline | Batched:
        way = inside
        if way is None:
            choice = choose(many, self._dialect, self._asked)
            self.choices.append(choice)
            way = choice.inline
        if way is not None:
            return self._inline(row, many, path, way, outermost=inside is None)
        keys = row.keys((*path, *many.path[:-1]))
        batches.append(self._batch(many))
        return Batched(many.field, many.content, len(batches) - 1, keys)

    def _inline(
        self, row: Row, many: Many, path: tuple[str, ...], way: strategy.Inline, *, outermost: bool
    ) -> Inline:
        parent = row.entity((*path, *many.path[:-1]))
        relation = getattr(parent, many.path[-1])
        child = aliased(relation.property.mapper.class_, flat=True)
        inner = Row(child, self._dialect, way.carry)
        layout = self.fill(inner, many.plan, (), way, [])
        found = _cell(
            many, inner, way, (parent, relation, child), has_criteria=bool(self._criteria)
        )
        wrap = way.outermost if outermost else None
        index = row.cell(wrap(found) if wrap else found)
        decode = way.decode() if outermost and way.decode else None
        return Inline(many.field, many.content, layout, index, decode)

    def _batch(self, many: Many) -> Batch:
        batches: list[Batch] = []
        relation = many.mapper.relationships[many.path[-1]]
        child = aliased(relation.mapper.class_, flat=True)
        row = Row(child, self._dialect)
        layout = self.fill(row, many.plan, (), None, batches)
        if many.recursive and isinstance(layout, Layout):
            layout = _with_further_levels(many, row, layout, len(batches))
        return batch_select(many, row, layout, child, tuple(batches), criteria=self._criteria)


def _cell(
    many: Many,
    inner: Row,
    way: strategy.Inline,
    ends: tuple[Any, Any, Any],
    *,
    has_criteria: bool,
) -> Any:
    """One value of the children of a row.

    ends: the parent, its relation, and the children's entity.
    """
    parent, relation, child = ends

    def chosen(columns: Sequence[Any]) -> Select[Any]:
        rows = inner.selected(columns, child, has_criteria=has_criteria)
        return filtered(rows.where(relation.of_type(child)).correlate(parent), many, child)

    order = order_of(many, child)
    if way.gather is None:
        rows = chosen([way.row(*_nested(inner, inner.columns, way))])
        return array(rows.order_by(*order).limit(many.limit))
    if not order and many.limit is None:
        gathered = way.gather(way.row(*_nested(inner, inner.columns, way)))
        return chosen([gathered]).scalar_subquery()
    named = [column.label(f"c{number}") for number, column in enumerate(inner.columns)]
    ordered = chosen(named).order_by(*order).limit(many.limit).subquery()
    gathered = way.gather(way.row(*_nested(inner, list(ordered.c), way)))
    return select(gathered).select_from(ordered).scalar_subquery()


def _nested(inner: Row, columns: Sequence[Any], way: strategy.Inline) -> list[Any]:
    """The columns of a row that is to be a value, with what a cell needs that stands in such a row."""
    wrap = way.nested
    return [
        wrap(column) if wrap is not None and number in inner.cells else column
        for number, column in enumerate(columns)
    ]


def _with_further_levels(many: Many, row: Row, layout: Layout, slot: int) -> Layout:
    """The layout of a tree's children with their own children, which come last of their batches."""
    below = Batched(many.field, many.content, slot, row.keys(()))
    instructions = tuple(below if i.field == many.field else i for i in layout.instructions)
    return Layout(layout.shape, instructions)


def _may_be_absent(one: One) -> bool:
    mapper = one.mapper
    # Only the last relation starts at `one.mapper`; those before it are read from its end.
    relation = mapper.relationships[one.path[-1]]
    return len(one.path) > 1 or may_be_absent(relation)
