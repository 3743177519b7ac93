"""What is for terminals alone: colours, and how far a long run is."""

from __future__ import annotations

import os
import sys
import time
from typing import TextIO

# Seconds after which a run shows how far it is.
_LONG = 0.7
_WIDTH = 24


def colour(stream: TextIO) -> bool:
    """Is a stream to have colours? `NO_COLOR` says no, whatever its value."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


class Progress:
    """How far a long run is, on one line of a terminal's error stream; nothing anywhere else."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._shows = self._stream.isatty() and os.environ.get("TERM") != "dumb"
        self._started = time.monotonic()
        self._last = ""

    def __call__(self, done: int, total: int) -> None:
        """Files done, of how many."""
        if self._shows and time.monotonic() - self._started > _LONG:
            full = _WIDTH * done // max(total, 1)
            self._write(f"Checking [{'#' * full}{'.' * (_WIDTH - full)}] {done} of {total} files")

    def clear(self) -> None:
        """Take the line away."""
        if self._last:
            self._write("")

    def _write(self, line: str) -> None:
        if line != self._last:
            self._stream.write(f"\r\x1b[K{line}")
            self._stream.flush()
            self._last = line
