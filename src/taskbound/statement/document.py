"""From a plan to one statement whose answer is the JSON of all rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Column as TableColumn
from sqlalchemy import TextClause, case, inspect
from sqlalchemy.orm import aliased
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import _textual_label_reference

from taskbound.filters.criteria import FilterCriteria
from taskbound.plan import Aggregate, Column, Empty, Many, One
from taskbound.plan.absence import may_be_absent
from taskbound.shape import Form, Function, Keyed
from taskbound.shape.json_form import Unwritten
from taskbound.statement.adapted import adapted
from taskbound.statement.aggregate import aggregate_column
from taskbound.statement.certain import has_select, is_certain
from taskbound.statement.children import filtered, order_of
from taskbound.statement.json_of_postgresql import POSTGRESQL
from taskbound.statement.json_of_sqlite import SQLITE
from taskbound.statement.row import Row, key_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Dialect, Select

    from taskbound.plan import Part, Plan
    from taskbound.shape.json_form import JsonForm, JsonMember
    from taskbound.statement.json_value import JsonEngine, JsonValue

_ENGINES: Mapping[tuple[str, str], JsonEngine] = {
    ("postgresql", "asyncpg"): POSTGRESQL,
    ("postgresql", "psycopg"): POSTGRESQL,
    ("sqlite", "aiosqlite"): SQLITE,
}


def engine_of(dialect: Dialect) -> JsonEngine:
    """How the engine of a dialect writes JSON. Raises `Unwritten` where it cannot."""
    engine = _ENGINES.get((dialect.name, dialect.driver))
    if engine is None:
        raise Unwritten(f"{dialect.driver} has no way to have it written without limits")
    return engine


def document(
    plan: Plan, statement: Select[Any], entity: Any, dialect: Dialect, form: JsonForm
) -> Select[Any]:
    """The SELECT of one value: a JSON array of all rows, as text or as its bytes.

    statement, entity: as for `build`.
    form: what the library of the DTO makes of one row.

    Raises `Unwritten` where it is not sure to be what the library writes.
    """
    engine = engine_of(dialect)
    _refuse_text(statement._order_by_clauses)
    criteria = statement._with_options
    if not all(isinstance(option, FilterCriteria) for option in criteria):
        raise Unwritten("the statement has with_loader_criteria()")
    row = Row(entity, dialect)
    members = _Writing(engine, dialect, is_filtered=bool(criteria)).members(row, plan, (), form)
    named = bool(statement._from_obj)
    rows = statement.with_only_columns(*engine.columns(members), maintain_column_froms=not named)
    # SQLAlchemy hears those of the outermost SELECT alone.
    return engine.whole(row.joined(rows), dialect).options(*criteria)


def _refuse_text(order: Any) -> None:
    """Raise `Unwritten` where rows are ordered by a name, which may mean a column of ours."""
    for clause in order:
        for part in visitors.iterate(clause):
            if isinstance(part, TextClause | _textual_label_reference):
                raise Unwritten("rows are ordered by text instead of by a column")


class _Writing:
    """One walk over a plan."""

    def __init__(self, engine: JsonEngine, dialect: Dialect, *, is_filtered: bool) -> None:
        self._engine = engine
        self._dialect = dialect
        self._is_filtered = is_filtered

    def members(
        self, row: Row, plan: Plan, path: tuple[str, ...], form: JsonForm
    ) -> list[tuple[str, Any]]:
        """The keys and values of the objects of a plan.

        path: from the row's entity to that of the plan.
        """
        _refuse_incomplete(plan, form)
        parts = {part.field: part for part in plan.parts}
        return [
            (member.key, self._written(row, parts[field], path, member))
            for field, member in form.members.items()
            if field in parts
        ]

    def _written(self, row: Row, part: Part, path: tuple[str, ...], member: JsonMember) -> Any:
        match part:
            case Column():
                return self._column(row, part, path, member)
            case Aggregate():
                return self._aggregate(row, part, path, member)
            case Empty():
                return self._empty(part)
            case One() if member.inside is not None:
                return self._one(row, part, path, member.inside)
            case Many() if member.inside is not None:
                return self._many(row, part, path, member.inside)
        raise Unwritten(f"{part.field} holds what has no form in JSON here")

    def _column(self, row: Row, column: Column, path: tuple[str, ...], member: JsonMember) -> Any:
        end = (*path, *column.path[:-1])
        entity = row.entity(end)
        if column.expression is None:
            found = getattr(entity, column.path[-1])
        else:
            found = adapted(column.expression, entity)
        value = self._engine.value(column.type, member.value, self._dialect)
        clause = found.__clause_element__() if hasattr(found, "__clause_element__") else found
        if isinstance(clause, TableColumn):
            return value.write(found) if value.write else found
        _refuse_uncertain(column, clause, value)
        written = value.write(clause) if value.write else clause
        # SQL may make a value of the absence of an object on the way.
        return case((_key(entity).is_not(None), written)) if len(column.path) > 1 else written

    def _aggregate(
        self, row: Row, aggregate: Aggregate, path: tuple[str, ...], member: JsonMember
    ) -> Any:
        parent = row.entity((*path, *aggregate.path[:-1]))
        value = self._engine.value(aggregate.type, member.value, self._dialect)
        if aggregate.function is Function.EXISTS:
            return self._engine.truth(aggregate_column(aggregate, parent))
        if aggregate.attribute is not None:
            relation = aggregate.mapper.relationships[aggregate.path[-1]]
            over = getattr(relation.mapper.class_, aggregate.attribute).__clause_element__()
            if not isinstance(over, TableColumn):
                raise Unwritten(f"{aggregate.field} is told over what is computed")
        return aggregate_column(aggregate, parent, value.write)

    def _empty(self, empty: Empty) -> Any:
        made = empty.content.make()
        if made is None:
            return self._engine.literal("null")
        return self._engine.literal("{}" if isinstance(made, dict) else "[]")

    def _one(self, row: Row, one: One, path: tuple[str, ...], form: JsonForm) -> Any:
        end = (*path, *one.path)
        found = self._engine.object(self.members(row, one.plan, end, form))
        relation = one.mapper.relationships[one.path[-1]]
        if len(one.path) == 1 and not may_be_absent(relation) and not self._is_filtered:
            return found
        return case((_key(row.entity(end)).is_not(None), found))

    def _many(self, row: Row, many: Many, path: tuple[str, ...], form: JsonForm) -> Any:
        _refuse_unordered(many)
        parent = row.entity((*path, *many.path[:-1]))
        relation = getattr(parent, many.path[-1])
        child = aliased(relation.property.mapper.class_, flat=True)
        inner = Row(child, self._dialect)
        members = self.members(inner, many.plan, (), form)
        order = order_of(many, child)
        _refuse_text(order)
        if isinstance(many.content, Keyed):
            gather, columns = self._engine.keyed, self._pair(child, many, many.content.key, members)
        else:
            gather, columns = self._engine.array, self._engine.columns(members)
        rows = inner.selected(columns, child, has_criteria=self._is_filtered)
        rows = filtered(rows.where(relation.of_type(child)).correlate(parent), many, child)
        return gather(rows.order_by(*order).limit(many.limit))

    def _pair(
        self, child: Any, many: Many, field: str, members: list[tuple[str, Any]]
    ) -> list[Any]:
        """The key and the object of each child in a dict."""
        (key,) = (part for part in many.plan.parts if part.field == field)
        whole = key_names(many.plan.mapper)
        if not isinstance(key, Column) or key.expression is not None or key.path != whole:
            raise Unwritten(f"{many.field} may have a key twice")
        return [getattr(child, *whole).label("key"), self._engine.object(members).label("value")]


def _refuse_incomplete(plan: Plan, form: JsonForm) -> None:
    name = plan.shape.name
    if plan.variants:
        raise Unwritten(f"{name} is a choice of DTOs")
    if plan.defaults and plan.shape.form is not Form.MAPPING:
        raise Unwritten(f"{name}.{plan.defaults[0]} keeps its default")
    for part in plan.parts:
        if part.field not in form.members:
            raise Unwritten(f"{name}.{part.field} is read and not written")


def _refuse_uncertain(column: Column, clause: Any, value: JsonValue) -> None:
    if not is_certain(clause):
        raise Unwritten(f"{column.field} is computed, and of a type that only its values tell")
    if value.twice and has_select(clause):
        raise Unwritten(f"{column.field} is a subquery whose values have to be looked at")


def _refuse_unordered(many: Many) -> None:
    if many.recursive:
        raise Unwritten(f"{many.field} is a tree")
    if not isinstance(many.content, Keyed) and many.content.container not in {list, tuple}:
        raise Unwritten(f"{many.field} is a {many.content.container.__name__}")


def _key(entity: Any) -> Any:
    """A column that is NULL where there is no object."""
    return getattr(entity, key_names(inspect(entity).mapper)[0])
