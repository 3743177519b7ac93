"""The methods of a session that write rows without entities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from taskbound.dml.delete import delete_one, delete_rows
from taskbound.dml.delete_many import delete_many
from taskbound.dml.insert import insert_one
from taskbound.dml.load import Load, Wanted
from taskbound.dml.sink import SessionSink
from taskbound.dml.unfit import know
from taskbound.dml.update import update_one, update_rows
from taskbound.dml.update_many import update_many
from taskbound.dml.upsert import Upserted, upsert_one
from taskbound.dml.upsert_load import UpsertedMany, UpsertLoad
from taskbound.errors import UnboundedChange

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Iterable

    from sqlalchemy.orm import Session

    from taskbound.read.operating import Operating

_ON_ERROR = ("raise", "skip")


class Changes:
    """Writes rows through one session."""

    __slots__ = ("_kept", "_operating", "session")

    def __init__(self, session: Session, operating: Operating) -> None:
        """operating: as for `SessionSource`."""
        self.session: Session = session
        self._operating = operating
        self._kept: SessionSink | None = None

    async def insert(self, model: type[Any], values: Any, returning: Any) -> Any:
        """As `TaskSession.insert`."""
        sink = self._sink(model)
        try:
            return await insert_one(sink, model, values, returning)
        except Exception as error:
            know(error, "insert", model, values, sink)
            raise

    async def update(
        self,
        model: type[Any],
        values: Any,
        *,
        key: Any,
        where: Any,
        every: bool,
        version: Any,
        returning: Any,
    ) -> Any:
        """As `TaskSession.update`."""
        is_one = where is None and not every
        if not is_one:
            check_condition("update", key, where, version, every=every)
        sink = self._sink(model)
        try:
            if is_one:
                return await update_one(
                    sink, model, values, key=key, version=version, dto=returning
                )
            return await update_rows(sink, model, values, where, returning)
        except Exception as error:
            know(error, "update", model, values, sink, key=key)
            raise

    async def update_many(
        self, model: type[Any], rows: Iterable[Any] | AsyncIterable[Any], returning: Any
    ) -> Any:
        """As `TaskSession.update_many`."""
        return await update_many(self._sink(model), model, rows, returning)

    async def delete(
        self,
        model: type[Any],
        *,
        key: Any,
        where: Any,
        every: bool,
        version: Any,
        returning: Any,
    ) -> Any:
        """As `TaskSession.delete`."""
        is_one = where is None and not every
        if not is_one:
            check_condition("delete", key, where, version, every=every)
        elif key is None:
            raise UnboundedChange(model=model.__name__, change="delete")
        sink = self._sink(model)
        try:
            if is_one:
                return await delete_one(sink, model, key, version=version, dto=returning)
            return await delete_rows(sink, model, where, returning)
        except Exception as error:
            know(error, "delete", model, None, sink, key=key)
            raise

    async def delete_many(self, model: type[Any], keys: Iterable[Any], dto: Any) -> Any:
        """As `Repository.delete_many`."""
        return await delete_many(self._sink(model), model, keys, dto)

    async def insert_many(
        self,
        model: type[Any],
        rows: Any,
        dto: Any,
        *,
        chunk: int | None,
        progress: Any,
        on_error: str,
        copies: bool,
    ) -> Any:
        """As `LoadingSession.insert_many`; as `copy_in` where COPY is asked for."""
        if on_error not in _ON_ERROR:
            raise ValueError(f'on_error= is "raise" or "skip", and not {on_error!r}')
        skips = on_error == "skip"
        wanted = Wanted(dto, chunk, progress, skips, copies)
        name = "copy_in" if copies else "insert_many"
        loaded = await Load(self._sink(model), model, wanted, name).run(rows)
        if skips:
            return loaded
        return loaded.written if dto is None else loaded.rows

    async def upsert(self, model: type[Any], values: Any, on: Any, dto: Any) -> Upserted[Any]:
        """As `LoadingSession.upsert`."""
        sink = self._sink(model)
        try:
            return await upsert_one(sink, model, values, on, dto)
        except Exception as error:
            know(error, "upsert", model, values, sink)
            raise

    async def upsert_many(
        self,
        model: type[Any],
        rows: Any,
        on: Any,
        dto: Any,
        *,
        chunk: int | None,
        progress: Any,
    ) -> UpsertedMany[Any]:
        """As `LoadingSession.upsert_many`."""
        load = UpsertLoad(self._sink(model), model, Wanted(dto, chunk, progress), on)
        loaded = await load.run(rows)
        return UpsertedMany(load.inserted, loaded.written - load.inserted, loaded.rows)

    def _sink(self, model: type[Any]) -> SessionSink:
        bind = self.session.get_bind(mapper=model)
        sink = self._kept
        if sink is None or sink.is_spent or sink.bind is not bind:
            sink = self._kept = SessionSink(self.session, bind, self._operating)
        return sink


def check_condition(
    change: Literal["update", "delete"], key: Any, where: Any, version: Any, *, every: bool
) -> None:
    """Raise `TypeError` where rows are named in two ways at once."""
    given = [
        name
        for name, is_given in (
            ("key=", key is not None),
            ("where=", where is not None),
            ("every=", every),
        )
        if is_given
    ]
    if len(given) > 1:
        raise TypeError(f"{change}() takes one of {' and '.join(given)}")
    if version is not None:
        raise TypeError(f"{change}() takes version= with the key of one row alone")
