"""What keeps other tasks out of a session while it is read from, or written to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from contextlib import AbstractContextManager


class Operating(Protocol):
    """Raises where the session must not be used."""

    def __call__(self, name: str) -> AbstractContextManager[None]:
        """A block for an operation of this name."""
        ...

    def enter(self, name: str) -> Any:
        """Begin one without a block. It ends with `leave()` of this; None where it is part of another."""
        ...
