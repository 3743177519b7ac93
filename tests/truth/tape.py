"""Decisions read from bytes.

Hypothesis draws the bytes, which costs it one choice for hundreds of decisions, and makes failing
ones smaller. Zero is the simplest decision everywhere, and so is a tape that has come to its end.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

_T = TypeVar("_T")
_BYTE = 256


class Tape:
    """Bytes, and how far they have been read."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0

    def __repr__(self) -> str:
        return f"Tape({self._content.rstrip(bytes(1))!r})"

    def again(self) -> Tape:
        """The same bytes from their beginning."""
        return Tape(self._content)

    def below(self, end: int) -> int:
        """A number from 0 on, less than `end`."""
        return self._next() % end

    def between(self, first: int, last: int) -> int:
        """A number of at least `first` and at most `last`."""
        return first + self.below(last - first + 1)

    def one_of(self, options: Sequence[_T]) -> _T:
        """One of them, the first being the simplest."""
        return options[self.below(len(options))]

    def chance(self, percent: int) -> bool:
        """True in so many of a hundred cases."""
        return self._next() >= _BYTE - _BYTE * percent // 100

    def some_of(self, options: Sequence[_T], least: int, most: int) -> list[_T]:
        """Different ones among them, in the order that they are drawn."""
        left = list(options)
        count = min(self.between(least, max(least, most)), len(left))
        return [left.pop(self.below(len(left))) for _ in range(count)]

    def _next(self) -> int:
        at, self._at = self._at, self._at + 1
        return self._content[at] if at < len(self._content) else 0
