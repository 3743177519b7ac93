"""What an error of SQLite says, by its result code.

The codes: https://www.sqlite.org/rescode.html. The lowest byte is the primary one, which the extended
codes have in common: SQLITE_BUSY_SNAPSHOT is a SQLITE_BUSY.
"""

from __future__ import annotations

from taskbound.driver.failure import NOTHING_KNOWN, Kind, Verdict

_PRIMARY = 0xFF
_BUSY, _LOCKED, _READONLY, _FULL, _CONSTRAINT = 5, 6, 8, 13, 19
_KINDS = {_BUSY: Kind.BUSY, _LOCKED: Kind.BUSY, _READONLY: Kind.READ_ONLY}
# After these the transaction is still open, or SQLite has rolled it back. After SQLITE_IOERR nobody knows.
_UNDOING = frozenset((_BUSY, _LOCKED, _READONLY, _FULL, _CONSTRAINT))


def verdict(error: BaseException) -> Verdict:
    """What an error of aiosqlite says."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return NOTHING_KNOWN
    primary = code & _PRIMARY
    return Verdict(_KINDS.get(primary), undone=primary in _UNDOING)
