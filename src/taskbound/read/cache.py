"""What is planned and compiled once, and kept for as long as it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from sqlalchemy import Dialect

    from taskbound.read.reading import Reading

# Readings of statements that were not prepared: as many as SQLAlchemy keeps compiled statements.
_KEPT = 500
# They refer to the dialect, so they are kept by it: a table of dialects would never let one go.
_NAME = "_taskbound_readings"


class Readings:
    """What was compiled for one dialect; two engines may differ in more than its name."""

    __slots__ = ("_of_prepared", "_of_statements")

    def __init__(self) -> None:
        self._of_statements: dict[Hashable, Reading] = {}
        self._of_prepared: WeakKeyDictionary[Any, dict[Hashable, Reading]] = WeakKeyDictionary()

    @classmethod
    def of(cls, dialect: Dialect) -> Readings:
        """Those of a dialect, which has them for as long as it lives."""
        found: Readings | None = dialect.__dict__.get(_NAME)
        if found is None:
            found = dialect.__dict__[_NAME] = cls()
        return found

    def of_statement(self, key: Hashable, make: Callable[[], Reading]) -> Reading:
        """What is kept under a statement's key, made where there is nothing; the oldest makes room."""
        kept = self._of_statements
        # What was used last stands last.
        found = kept.pop(key) if key in kept else make()
        kept[key] = found
        if len(kept) > _KEPT:
            del kept[next(iter(kept))]
        return found

    def of_prepared(self, prepared: Any, key: Hashable, make: Callable[[], Reading]) -> Reading:
        """What is kept for something prepared, for as long as that is."""
        kept = self._of_prepared.get(prepared)
        if kept is None:
            kept = self._of_prepared[prepared] = {}
        found = kept.get(key)
        if found is None:
            found = kept[key] = make()
        return found
