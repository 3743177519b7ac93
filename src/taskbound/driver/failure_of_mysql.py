"""What an error of MySQL or MariaDB says, by its number.

The numbers: "Server Error Message Reference" of MySQL, "MariaDB Error Codes", and those from 2000 on of
the client.
"""

from __future__ import annotations

from taskbound.driver.failure import NOTHING_KNOWN, Kind, Verdict

_KINDS = {
    # Also what Galera gives a transaction that another node has overtaken, at its COMMIT for example.
    1213: Kind.DEADLOCK,
    1205: Kind.LOCK,
    # With NOWAIT, MySQL.
    3572: Kind.LOCK,
    # ER_CHECKREAD: "Record has changed since last read", with innodb_snapshot_isolation.
    1020: Kind.SERIALIZATION,
    # CR_CONNECTION_ERROR, CR_CONN_HOST_ERROR, CR_SERVER_GONE_ERROR, CR_SERVER_LOST, CR_SERVER_LOST_EXTENDED
    2002: Kind.LOST,
    2003: Kind.LOST,
    2006: Kind.LOST,
    2013: Kind.LOST,
    2055: Kind.LOST,
    # ER_CON_COUNT_ERROR, ER_SERVER_SHUTDOWN, ER_CONNECTION_KILLED, disconnected for inactivity
    1040: Kind.LOST,
    1053: Kind.LOST,
    1927: Kind.LOST,
    4031: Kind.LOST,
    # A Galera node without quorum refuses every statement; another connection may lead to another node.
    1047: Kind.LOST,
    # MariaDB's max_statement_time, MySQL's max_execution_time
    1969: Kind.OVERTIME,
    3024: Kind.OVERTIME,
    1792: Kind.READ_ONLY,
}
# What the server says instead of committing. Not 1047 and 1180, which Galera gives where it has lost its
# quorum in the middle of a COMMIT.
_UNDOING = frozenset((1213, 1205, 1020, 1062, 1451, 1452, 4025, 3819))


def verdict(error: BaseException) -> Verdict:
    """What an error of aiomysql or asyncmy says."""
    number = error.args[0] if error.args else None
    if not isinstance(number, int):
        return NOTHING_KNOWN
    return Verdict(_KINDS.get(number), undone=number in _UNDOING)
