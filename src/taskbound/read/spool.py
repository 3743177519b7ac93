"""Rows that wait in a temporary file until they are asked for."""

from __future__ import annotations

import pickle
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from taskbound.plan.layout import Rows

# Bytes that are kept in memory before there is a file.
_IN_MEMORY = 2**22


class Spool:
    """Rows in the order in which they were put, in the portions in which they were put.

    The file has no name that another program could open, and is gone when it is closed.
    """

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  # `close` ends it

    def put(self, rows: Rows) -> None:
        """Keep some rows."""
        # A row of SQLite may be of a class that cannot be pickled.
        pickle.dump([tuple(row) for row in rows], self._file, pickle.HIGHEST_PROTOCOL)

    def rewind(self) -> None:
        """Begin to take, after the last was put."""
        self._file.seek(0)

    def take(self) -> Rows:
        """The rows that were put next; none at the end."""
        try:
            rows: Rows = pickle.load(self._file)  # noqa: S301  # nobody else can write to it
        except EOFError:
            return ()
        return rows

    def close(self) -> None:
        """Remove the file."""
        self._file.close()
