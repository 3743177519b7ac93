"""One row that is inserted, or changed where it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from sqlalchemy import and_, select

from taskbound.dml.columns import columns_of
from taskbound.dml.conflict import filled_by, named_by
from taskbound.dml.held import expire_rows
from taskbound.dml.insert import insert_one
from taskbound.dml.portion import in_filters, portions
from taskbound.dml.read_back import made_of
from taskbound.dml.update import update_rows
from taskbound.dml.upsert_form import UpsertForm, fills, kind_of
from taskbound.dml.upserting import Question, Upserting, upserting
from taskbound.dml.values import has_sql, values_for_insert, values_for_update
from taskbound.errors import UnfitValues, UniqueViolation
from taskbound.filters.marked import MARKED
from taskbound.filters.written import check_upsert, filled
from taskbound.read.asked import Asked
from taskbound.read.cache import Readings
from taskbound.read.query import ProjectionQuery
from taskbound.statement.upsert import has_on_conflict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from taskbound.dml.columns import Columns
    from taskbound.dml.portion import Portion
    from taskbound.dml.sink import SessionSink
    from taskbound.statement import Arguments

T = TypeVar("T")


class Upserted(NamedTuple, Generic[T]):
    """What an upsert has done."""

    inserted: bool
    """Whether the row is a new one; else it was there and has been changed."""
    row: T
    """What `returning=` makes of it; None without."""


async def upsert_one(
    sink: SessionSink, model: type[Any], values: Any, on: Any, dto: Any
) -> Upserted[Any]:
    """Insert a row, or change the one that is there."""
    columns, target = columns_of(model), sink.target
    kept = ("upsert form", columns.mapper, kind_of(values), _spelled(on), dto, target.schemas)
    readings = Readings.of(target.dialect)
    is_marked = bool(MARKED.of(columns.mapper))
    form: UpsertForm | None = None if is_marked else readings.kept(kept)
    if form is not None and (bound := form.bound(values)) is not None:
        inserted, there = await _sent(sink, form.writing, bound)
        if there is None:
            return await _over_another_class(sink, model, values, dto)
        expire_rows(sink.session, columns, form.names)
        return Upserted(inserted, await _made(sink, form.writing, model, dto, there))
    check(columns, values)
    named = named_by(columns, on)
    if not has_on_conflict(sink.dialect):
        return await upsert_by_itself(sink, columns, values, named, dto)
    (portion,) = portions(columns, [values], 0)
    portion = in_filters(sink.filters, columns, portion)
    question = question_of(columns, portion, named, dto)
    check_upsert(sink.filters, columns.mapper, question.on)
    writing = upserting(columns, question, target)
    rows = writing.filled(portion.columns or {}, 1)
    row = {key: values[0] for key, values in rows.items()}
    names = names_of(columns, question)
    if not is_marked and fills(columns, values, question.keys):
        readings.of_statement(kept, UpsertForm, columns, type(values), writing, names)
    bound = [statement.bound(row, None) for statement in writing.statements]
    inserted, found = await _sent(sink, writing, bound)
    if found is None:
        return await _over_another_class(sink, model, values, dto)
    expire_rows(sink.session, columns, names)
    return Upserted(inserted, await _made(sink, writing, model, dto, found))


async def _over_another_class(
    sink: SessionSink, model: type[Any], values: Any, dto: Any
) -> Upserted[Any]:
    """Insert a row where one of another class is in the same table, which raises `UniqueViolation`."""
    # Unless that one is gone meanwhile.
    return Upserted(True, await insert_one(sink, model, values, dto))


def _spelled(on: Any) -> Any:
    """What the caller has named a constraint by, as it can be kept."""
    if on is None or isinstance(on, str):
        return on
    parts = on if isinstance(on, tuple | list) else (on,)
    return tuple(str(getattr(part, "key", part)) for part in parts)


async def _sent(
    sink: SessionSink, writing: Upserting, bound: Sequence[tuple[str, Arguments]]
) -> tuple[bool, Sequence[Any] | None]:
    """Whether a row was inserted, and what is returned of it; None where one is there that is not meant."""
    if writing.first is None:
        ((sql, arguments),) = bound
        rows = await sink.returned(writing.what, sql, arguments)
        return (bool(rows[0][-1]), rows[0]) if rows else (False, None)
    number, rows = await sink.first_returned(writing.what, bound)
    return number == 0, rows[0] if rows else None


async def _made(
    sink: SessionSink, writing: Upserting, model: type[Any], dto: Any, row: Sequence[Any]
) -> Any:
    if dto is None:
        return None
    if writing.assemble is not None:
        return writing.assemble([row], ())[0]
    return await made_of(sink, model, dto, writing.key(row))


def question_of(
    columns: Columns, portion: Portion, named: tuple[str, ...] | None, dto: Any
) -> Question:
    """Which upsert the rows of a portion are.

    Raises `UnfitConflict` where they fill no unique constraint, and `UnfitValues` where they lack a value for
    the one that was named.
    """
    keys = tuple(portion.columns or ())
    given = {columns.attribute(key) for key in keys if key not in columns.constants}
    on = filled_by(columns, given) if named is None else named
    check_filled(columns, on, given)
    patch = set(values_for_update(columns.mapper.class_, portion.given[0]).columns) & given
    new = frozenset(columns.column(name).key for name in patch - {*on, *columns.key})
    return Question(keys, new, on, dto)


def names_of(columns: Columns, question: Question) -> list[str]:
    """The attributes that an upsert may have changed."""
    return [columns.attribute(key) for key in question.new]


def check(columns: Columns, values: Any) -> None:
    """Raise `UnfitValues` where a row is none that one statement writes."""
    found = values_for_insert(columns.mapper.class_, values)
    reason = None
    if columns.is_joined:
        reason, cure = (
            "lies in several tables, which no one statement writes",
            "insert or update it",
        )
    elif found.below:
        names = " and ".join(below.field for below, _ in found.below)
        reason, cure = f"holds {names}, which are rows of their own", "write them by themselves"
    elif has_sql(found.columns.values()):
        reason, cure = "holds SQL, which an upsert does not take", "update it, or insert it"
    elif columns.version in found.columns:
        reason = f"has {columns.version}, which an upsert counts by itself"
        cure = "leave it out, or call update(), which compares it"
    elif _counts_from_the_last(columns):
        reason = "makes each version of the last one, which an upsert does not read"
        cure = "insert or update it"
    if reason is not None:
        raise UnfitValues(model=columns.name, reason=reason, cure=cure)


def _counts_from_the_last(columns: Columns) -> bool:
    """Whether a version is made of the one before by more than counting on, which SQL can do."""
    version: Any = columns.mapper.version_id_col
    generator: Any = columns.mapper.version_id_generator
    if version is None or generator is False:
        return False
    # A generator of random versions makes another one each time, whatever it is given.
    return not columns.counts_versions and bool(generator(None) == generator(None))


def check_filled(columns: Columns, on: tuple[str, ...], given: set[str]) -> None:
    """Raise `UnfitValues` where values lack one of the unique constraint."""
    missing = [name for name in on if name not in given]
    if missing:
        raise UnfitValues(
            model=columns.name,
            reason=f"lacks {' and '.join(missing)}, by which the row is to be found",
            cure="give it" if len(missing) == 1 else "give them",
        )


async def upsert_by_itself(
    sink: SessionSink, columns: Columns, values: Any, named: tuple[str, ...] | None, dto: Any
) -> Upserted[Any]:
    """Insert a row, and change the one that is there where that is refused.

    MySQL and MariaDB: their ON DUPLICATE KEY finds a row by any unique constraint, also by one that was
    not meant, and does not tell whether it has found one.
    """
    model = columns.mapper.class_
    inserting = dict(values_for_insert(model, values).columns)
    inserting = dict(filled(sink.filters, columns.mapper, inserting))
    given = {name for name in inserting if not columns.leaves_out(name, inserting[name])}
    on = filled_by(columns, given) if named is None else named
    check_filled(columns, on, given)
    check_upsert(sink.filters, columns.mapper, on)
    try:
        return Upserted(True, await insert_one(sink, model, values, dto))
    except UniqueViolation as refused:
        violation = refused
    patch = set(values_for_update(model, values).columns) & given - {*on, *columns.key}
    new = {name: inserting[name] for name in inserting if name in patch}
    condition = and_(*(getattr(model, name) == inserting[name] for name in on))
    found = await _changed(sink, columns, new, condition, dto)
    if not found:
        # It was another constraint.
        raise violation
    return Upserted(False, None if dto is None else found[0])


async def _changed(
    sink: SessionSink, columns: Columns, new: dict[str, Any], condition: Any, dto: Any
) -> Any:
    """What is made of the row that is there; empty, or 0, where there is none."""
    model = columns.mapper.class_
    if new or columns.version or _has_onupdate(columns):
        return await update_rows(sink, model, new, condition, dto)
    if dto is None:
        key = [getattr(model, name) for name in columns.key]
        result = await sink.executed(select(*key).where(condition).with_for_update())
        return len(result.all())
    locked = select(model).where(condition).with_for_update()
    asked: Asked[Any] = Asked.of(dto, locked, None, {}, sink.filters)
    return await ProjectionQuery(sink, asked).all()


def _has_onupdate(columns: Columns) -> bool:
    """Whether SQLAlchemy sets a column that an UPDATE does not name.

    What the server changes, it changes where another one is set.
    """
    return any(columns.column(name).onupdate is not None for name in columns.computed_on_update)
