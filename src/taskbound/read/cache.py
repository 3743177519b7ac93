"""What is planned and compiled once, and kept for as long as it is used."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from sqlalchemy import Dialect

    from taskbound.read.asked import Prepared
    from taskbound.read.reading import Reading

T = TypeVar("T")
P = ParamSpec("P")

# Readings of statements that were not prepared: as many as SQLAlchemy keeps compiled statements.
_KEPT = 500
# They refer to the dialect, so they are kept by it: a table of dialects would never let one go.
_NAME = "_taskbound_readings"


class Readings:
    """What was compiled for one dialect; two engines may differ in more than its name."""

    __slots__ = ("__weakref__", "_of_prepared", "_of_statements")

    def __init__(self) -> None:
        self._of_statements: dict[Hashable, Any] = {}
        # By a number, since a look into a table of weak references takes longer than all the rest.
        self._of_prepared: dict[tuple[int, Hashable], Reading] = {}

    @classmethod
    def of(cls, dialect: Dialect) -> Readings:
        """Those of a dialect, which has them for as long as it lives."""
        found: Readings | None = dialect.__dict__.get(_NAME)
        if found is None:
            found = dialect.__dict__[_NAME] = cls()
        return found

    def of_statement(
        self, key: Hashable, make: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """What is kept under a statement's key, made where there is nothing; the oldest makes room."""
        kept = self._of_statements
        # What was used last stands last.
        found: T = kept.pop(key) if key in kept else make(*args, **kwargs)
        kept[key] = found
        if len(kept) > _KEPT:
            del kept[next(iter(kept))]
        return found

    def kept(self, key: Hashable) -> Any:
        """What is kept under a key; None where there is nothing. It does not count as used."""
        return self._of_statements.get(key)

    def of_prepared(
        self, prepared: Prepared, kept: Hashable, make: Callable[[], Reading]
    ) -> Reading:
        """What is kept for something prepared, for as long as that is."""
        key = (prepared.number, kept)
        found = self._of_prepared.get(key)
        if found is None:
            found = self._of_prepared[key] = make()
            weakref.finalize(prepared, _forget, weakref.ref(self), key).atexit = False
        return found


def _forget(readings: weakref.ref[Readings], key: tuple[int, Hashable]) -> None:
    # Weakly, or what is prepared would keep each dialect that it was used with.
    kept = readings()
    if kept is not None:
        kept._of_prepared.pop(key, None)
