"""New values in one row, or in all rows for which a condition holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import bindparam, select, update

from taskbound.dml.columns import columns_of
from taskbound.dml.held import expire_row, expire_rows
from taskbound.dml.inherited import check_one_table, update_joined
from taskbound.dml.key import key_of, key_parameters, key_within
from taskbound.dml.missing import missing
from taskbound.dml.patch import patches_of
from taskbound.dml.read_back import made_of, read_back
from taskbound.dml.rows import change_and_read_rows, change_rows
from taskbound.dml.values import is_sql, values_for_update
from taskbound.dml.written import Written, written
from taskbound.errors import UnfitValues
from taskbound.filters.criteria import conditions
from taskbound.filters.written import check_kept, check_values
from taskbound.read.cache import Readings
from taskbound.statement.change import NEW, VERSION, update_row

if TYPE_CHECKING:
    from collections.abc import Mapping

    from taskbound.dml.columns import Columns
    from taskbound.dml.sink import SessionSink
    from taskbound.statement import Arguments


async def update_one(
    sink: SessionSink, model: type[Any], values: Any, *, key: Any, version: Any, dto: Any
) -> Any:
    """Update the row with a key. Returns what `dto` is made of it, None where that is None.

    key: None for the key that is among the values.
    version: that the row has to be in; None where that is no matter.
    """
    patches = patches_of(model, type(values), key, dto, sink.target) if version is None else None
    if patches is not None:
        # Most updates.
        named = patches.named(values)
        patch = patches.patch(named, _patching, sink, dto)
        if patch is not None:
            writing, columns = patch.writing, patches.columns
            # Written out, since each coroutine on the way costs at every step of the event loop.
            send = sink.changed if writing.assemble is None else sink.returned
            arguments = patch.take((*named.values(), key))
            found: Any = await send(writing.what, writing.statement.sql, arguments)
            if not found:
                raise missing(columns, key_of(columns, key), None, "update")
            if (session := sink.session).identity_map._dict:
                expire_row(session, columns, key_of(columns, key), named)
            if writing.assemble is not None:
                return writing.assemble(found, ())[0]
            return None if dto is None else await made_of(sink, model, dto, key_of(columns, key))
    return await _update(sink, model, values, key=key, version=version, dto=dto)


async def _update(
    sink: SessionSink, model: type[Any], values: Any, *, key: Any, version: Any, dto: Any
) -> Any:
    columns = columns_of(model)
    new = _named(columns, values)
    check_kept(sink.filters, columns.mapper, new)
    identity = _identity(columns, new) if key is None else key_of(columns, key)
    if version is None and columns.version in new:
        version = new.pop(columns.version)
    if version is not None:
        columns.check_versioned()
    if not new:
        if version is not None:
            await _check_version(sink, columns, identity, version)
        return None if dto is None else await read_back(sink, model, dto, identity)
    if columns.is_joined:
        await update_joined(sink, columns, new, identity, version)
        expire_row(sink.session, columns, identity, new)
        return None if dto is None else await made_of(sink, model, dto, identity)
    change = Change(columns, new, version, dto, sink)
    made = await change.send(sink, identity)
    expire_row(sink.session, columns, identity, new)
    if dto is None or made is not None:
        return made
    return await made_of(sink, model, dto, identity)


async def _check_version(
    sink: SessionSink, columns: Columns, identity: Mapping[str, Any], version: Any
) -> None:
    """Raise `StaleVersion` where a row that nothing is written to is in another version than was read."""
    wanted = {**identity, str(columns.version): version}
    class_ = columns.mapper.class_
    conditions = [getattr(class_, name) == value for name, value in wanted.items()]
    asked = select(*(getattr(class_, name) for name in identity)).where(*conditions)
    found = await sink.executed(asked)
    if found.first() is None:
        raise missing(columns, identity, version, "update")


def _patching(sink: SessionSink, columns: Columns, dto: Any, new: dict[str, Any]) -> Written:
    return Change(columns, new, None, dto, sink).writing()


async def _send(
    sink: SessionSink,
    columns: Columns,
    writing: Written,
    bound: tuple[str, Arguments],
    *,
    identity: Mapping[str, Any],
    version: Any = None,
) -> Any:
    """The DTO of what a statement returns; None where there is none to be made of that.

    Raises as `update_one`.
    """
    if writing.assemble is None:
        found: Any = await sink.changed(writing.what, *bound)
    else:
        found = await sink.returned(writing.what, *bound)
    if not found:
        raise missing(columns, identity, version, "update")
    return writing.assemble(found, ())[0] if writing.assemble else None


class OneOfMany(NamedTuple):
    """What one of several rows is to become."""

    identity: dict[str, Any]
    version: Any
    new: dict[str, Any]
    """By attribute."""


def one_of_many(columns: Columns, values: Any) -> OneOfMany:
    """A DTO or mapping that names its row, taken apart."""
    new = _named(columns, values)
    identity = _identity(columns, new)
    version = new.pop(columns.version, None) if columns.version is not None else None
    return OneOfMany(identity, version, new)


class Change:
    """New values for one row, before it is known which."""

    def __init__(
        self,
        columns: Columns,
        new: dict[str, Any],
        version: Any,
        dto: Any,
        sink: SessionSink,
    ) -> None:
        self._filters, target = sink.filters, sink.target
        self._columns, self._version, self._dto, self._target = columns, version, dto, target
        self._row = columns.for_update(new)
        self._sql = {key: value for key, value in self._row.items() if is_sql(value)}
        check_values(sink.filters, columns.mapper, self._sql)
        for key in self._sql:
            del self._row[key]
        self._next = _next_version(columns, self._row, version)

    async def send(self, sink: SessionSink, identity: Mapping[str, Any]) -> Any:
        """The DTO of what the statement returns; None where there is none to be made of that."""
        writing, sql, arguments = self.bound(identity)
        return await _send(
            sink,
            self._columns,
            writing,
            (sql, arguments),
            identity=identity,
            version=self._version,
        )

    @property
    def is_computed(self) -> bool:
        """Whether values of it are SQL, so that its statement is one of its own."""
        return bool(self._sql)

    def bound(self, identity: Mapping[str, Any]) -> tuple[Written, str, Arguments]:
        """The statement for one row, with its text and arguments."""
        writing = self.writing()
        row = {**self._row, **key_parameters(identity), **self._filters.parameters}
        if self._version is not None:
            row[VERSION] = self._version
        return (writing, *writing.bound(row))

    def writing(self) -> Written:
        """The statement, made where there is nothing kept."""
        if self._sql:
            # Its values stand in the statement, so that it is another one each time.
            return self._made()
        versioned, target = self._version is not None, self._target
        mapper, keys = self._columns.mapper, tuple(self._row)
        kept = ("update", mapper, keys, self._dto, versioned, self._filters.off, target.schemas)
        return Readings.of(target.dialect).of_statement(kept, self._made)

    def _made(self) -> Written:
        def make(returning: Any) -> Any:
            mapper, versioned = self._columns.mapper, self._version is not None
            statement = update_row(mapper, returning, versioned=versioned)
            statement = statement.where(*conditions(self._filters, mapper))
            computed = {**self._sql, **self._next}
            return statement.values(computed) if computed else statement

        keys = tuple(self._row)
        return written(self._columns, "update", self._dto, self._target, make=make, keys=keys)


def _next_version(columns: Columns, row: dict[str, Any], version: Any) -> dict[str, Any]:
    """The SQL that sets the version where the one before is not known; else that is put into the row."""
    key = _version_key(columns)
    generator: Any = columns.mapper.version_id_generator
    if key is None or generator is False or key in row:
        return {}
    if version is not None:
        row[key] = generator(version)
        return {}
    column: Any = columns.mapper.version_id_col
    if not columns.counts_versions:
        raise UnfitValues(
            model=columns.name,
            reason="lacks the version that was read, from which the next one is made",
            cure=f"give version=, or {columns.version} among the values",
        )
    return {key: column + 1}


def _version_key(columns: Columns) -> str | None:
    column = columns.mapper.version_id_col
    return None if column is None else column.key


async def update_rows(
    sink: SessionSink, model: type[Any], values: Any, condition: Any, dto: Any
) -> Any:
    """Update the rows for which a condition holds; all, where that is None.

    Returns how many there were, or what `dto` is made of them.
    """
    columns = columns_of(model)
    check_one_table(columns, "update")
    new = _named(columns, values)
    check_kept(sink.filters, columns.mapper, new)
    row = columns.for_update(new)
    row |= _next_version(columns, row, None)
    class_ = columns.mapper.class_
    statement = update(class_).values(
        {getattr(class_, columns.attribute(key)): _sent(columns, key, row[key]) for key in row}
    )
    found: Any
    if dto is None:
        found = await change_rows(sink, columns, "update", statement, condition=condition)
    else:
        found = await change_and_read_rows(
            sink, columns, "update", statement, condition=condition, dto=dto
        )
    expire_rows(sink.session, columns, new)
    return found


def _sent(columns: Columns, key: str, value: Any) -> Any:
    """What stands for a value in the statement: a parameter whose name none of the condition can have.

    `Model.id == 5` has the parameter `id_1`, which may be the name of a column that is set.
    """
    if is_sql(value):
        return value
    column = columns.by_attribute[columns.attribute(key)]
    return bindparam(f"{NEW}{key}", value, type_=column.type)


def _identity(columns: Columns, new: dict[str, Any]) -> dict[str, Any]:
    """The key among the values, which are then without it."""
    identity = key_within(columns, new)
    if identity is None:
        raise UnfitValues(
            model=columns.name,
            reason="names no row",
            cure=f"give key=, or all of ({', '.join(columns.key)}) among the values",
        )
    return identity


def _named(columns: Columns, values: Any) -> dict[str, Any]:
    found = values_for_update(columns.mapper.class_, values)
    if found.below:
        names = " and ".join(below.field for below, _ in found.below)
        raise UnfitValues(
            model=columns.name,
            reason=f"holds {names}, which are rows of their own",
            cure="leave them out of the patch, and write them by themselves",
        )
    return dict(found.columns)
