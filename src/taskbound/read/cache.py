"""What is planned and compiled once, and kept for as long as it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from sqlalchemy import Dialect

T = TypeVar("T")


class Cache(Generic[T]):
    """The things used last for each dialect: two engines may differ in more than their names.

    kept: how many for one dialect. The one used longest ago makes room.
    """

    def __init__(self, kept: int) -> None:
        self._kept = kept
        self._of: WeakKeyDictionary[Dialect, dict[Hashable, T]] = WeakKeyDictionary()

    def get(self, dialect: Dialect, key: Hashable, make: Callable[[], T]) -> T:
        """What is kept under a key, made where there is nothing yet."""
        kept = self._of.get(dialect)
        if kept is None:
            kept = self._of[dialect] = {}
        # What was used last stands last.
        found = kept.pop(key) if key in kept else make()
        kept[key] = found
        if len(kept) > self._kept:
            del kept[next(iter(kept))]
        return found
