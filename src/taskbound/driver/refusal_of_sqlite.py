"""Values that SQLite refuses: few, since text has no limits and tables that are not STRICT take any type."""

from __future__ import annotations

import re
import sqlite3
from typing import TYPE_CHECKING, Any

from taskbound.driver.refusal import ValueRefusal, reason_of_unsent

if TYPE_CHECKING:
    from taskbound.errors.value import Unfitness

# https://sqlite.org/rescode.html. The datatype of a STRICT table has no name in `sqlite3`.
_CONSTRAINT_DATATYPE = 3091
_REASONS: dict[int, Unfitness] = {
    sqlite3.SQLITE_MISMATCH: "malformed",
    sqlite3.SQLITE_TOOBIG: "too_long",
    _CONSTRAINT_DATATYPE: "malformed",
}
_STRICT = re.compile(r"cannot store \w+ value in \w+ column (.+)\.([^.]+)$")


def refusal(error: Any) -> ValueRefusal | None:
    """What an error of sqlite3 says, or None where it is about no value."""
    reason = _REASONS.get(getattr(error, "sqlite_errorcode", None) or 0) or reason_of_unsent(error)
    if reason is None:
        return None
    said = _STRICT.match(str(error))
    return ValueRefusal(reason, table=said[1], column=said[2]) if said else ValueRefusal(reason)
