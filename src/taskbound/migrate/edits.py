"""Changes of one text, collected in any order and carried out at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from taskbound.migrate.text import Span

# At one character: what ends there, new lines, what begins there, what is replaced from there on.
_CLOSES, _LINES, _OPENS, _REPLACES = range(4)


class _Edit(NamedTuple):
    start: int
    kind: int
    rank: int
    serial: int
    end: int
    text: str


class Edits:
    """Insertions and replacements. What encloses more stands outside, whoever came first."""

    def __init__(self) -> None:
        self._edits: list[_Edit] = []
        self._serial = 0
        self._replaced: set[tuple[int, int]] = set()

    def __bool__(self) -> bool:
        return bool(self._edits)

    def wrap(self, span: Span, before: str, after: str) -> None:
        """Put text around a span."""
        self._opens(span, before)
        self._closes(span, after)

    def indent(self, at: int, text: str) -> None:
        """Put text at the start of a line, before what begins there, in the order of the calls."""
        self._add(at, _LINES, 0, at, text)

    def insert(self, at: int, text: str) -> None:
        """Put text before a character, after what ends there."""
        self._add(at, _OPENS, 0, at, text)

    def append(self, at: int, text: str) -> None:
        """Put text behind what ends before a character, in the order of the calls."""
        self._add(at, _CLOSES, 0, at, text)

    def replace(self, start: int, end: int, text: str) -> None:
        """Put text in the place of other text. A second time at the same place is none."""
        if (start, end) in self._replaced:
            return
        self._replaced.add((start, end))
        self._add(start, _REPLACES, 0, end, text)

    def applied(self, source: str) -> str:
        """The text with all changes. What lies inside of a replaced part is gone with it."""
        pieces: list[str] = []
        at = 0
        for edit in sorted(self._edits):
            if edit.start >= at:
                pieces += (source[at : edit.start], edit.text)
                at = edit.end
        return "".join((*pieces, source[at:]))

    def _opens(self, span: Span, text: str) -> None:
        self._add(span.start, _OPENS, span.start - span.end, span.start, text)

    def _closes(self, span: Span, text: str) -> None:
        self._add(span.end, _CLOSES, span.end - span.start, span.end, text)

    def _add(self, start: int, kind: int, rank: int, end: int, text: str) -> None:
        self._serial += 1
        # Around the same span, what comes later stands outside.
        serial = -self._serial if kind == _OPENS and rank else self._serial
        self._edits.append(_Edit(start, kind, rank, serial, end, text))
