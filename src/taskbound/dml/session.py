"""The methods of a session that write rows without entities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from taskbound.dml.delete import delete_one, delete_rows
from taskbound.dml.insert import insert_one
from taskbound.dml.sink import SessionSink
from taskbound.dml.update import update_one, update_rows
from taskbound.errors import UnboundedChange

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from sqlalchemy.orm import Session

    Operating = Callable[[str], AbstractContextManager[None]]


class Changes:
    """Writes rows through one session."""

    __slots__ = ("_operating", "_session")

    def __init__(self, session: Session, operating: Operating) -> None:
        """operating: as for `SessionSource`."""
        self._session = session
        self._operating = operating

    async def insert(self, model: type[Any], values: Any, returning: Any) -> Any:
        """As `TaskSession.insert`."""
        return await insert_one(self._sink(model), model, values, returning)

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
        if where is None and not every:
            return await update_one(
                self._sink(model), model, values, key=key, version=version, dto=returning
            )
        check_condition("update", key, where, version, every=every)
        return await update_rows(self._sink(model), model, values, where, returning)

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
        if where is None and not every:
            if key is None:
                raise UnboundedChange(model=model.__name__, change="delete")
            return await delete_one(self._sink(model), model, key, version=version, dto=returning)
        check_condition("delete", key, where, version, every=every)
        return await delete_rows(self._sink(model), model, where, returning)

    def _sink(self, model: type[Any]) -> SessionSink:
        bind = self._session.get_bind(mapper=model)
        return SessionSink(self._session, bind, self._operating)


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
