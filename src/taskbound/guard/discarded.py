"""What threw loaded values away, and by which line: for the error of whoever reads them later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskbound.place import calling_spot

if TYPE_CHECKING:
    from taskbound.place import Spot


class Discard:
    """An operation of a session that has thrown loaded values away: `rollback() at shop.py:5 in pay`."""

    __slots__ = ("_spot", "operation")

    def __init__(self, operation: str, otherwise: Spot | None = None) -> None:
        self.operation: str = operation
        self._spot: Spot | None = calling_spot() or otherwise

    def __str__(self) -> str:
        where = f" at {self._spot.place()}" if self._spot else ""
        return f"{self.operation}{where}"
