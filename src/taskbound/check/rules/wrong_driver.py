"""A driver that does not go with its engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskbound.check.finding import Confidence
from taskbound.check.kinds import Engine
from taskbound.check.rules.rule import Rule
from taskbound.check.trace.events import Call

if TYPE_CHECKING:
    from collections.abc import Iterator

    from taskbound.check.finding import Finding
    from taskbound.check.summary.program import Program
    from taskbound.check.trace.trace import Trace

_ASYNC_ONLY = frozenset(
    ("asyncpg", "aiosqlite", "aiomysql", "asyncmy", "aioodbc", "psycopg_async", "oracledb_async")
)
_SYNC_ONLY = frozenset((
    "psycopg2", "psycopg2cffi", "pg8000", "pymysql", "mysqldb", "mysqlconnector", "pysqlite", "pysqlcipher",
    "pyodbc", "pymssql", "cx_oracle",
))  # fmt: skip
# What a URL without a driver means.
_USUAL = {"sqlite": "pysqlite", "postgresql": "psycopg2", "mysql": "mysqldb", "mariadb": "mysqldb"}
_INSTEAD = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "mysql": "mysql+aiomysql",
    "mariadb": "mysql+aiomysql",
}


class WrongDriver(Rule):
    """The URL is a literal, in the call or in a constant."""

    code = "TB401"
    name = "wrong-driver"
    confidence = Confidence.HIGH
    summary = "A driver that does not go with its engine"

    def check(self, trace: Trace, program: Program) -> Iterator[Finding]:
        for call in trace.of(Call):
            engine = call.result
            if not isinstance(engine, Engine) or engine.url is None or engine.node is not call.node:
                continue
            backend, driver = _parts(engine.url)
            if engine.asynchronous and driver in _SYNC_ONLY:
                yield self.finding(
                    trace.source,
                    call.node,
                    f"{engine.url.partition('://')[0]}:// is for {driver}, which is not "
                    "asynchronous, so create_async_engine() refuses it; write "
                    f"{_INSTEAD.get(backend, backend)}://",
                )
            elif not engine.asynchronous and driver in _ASYNC_ONLY and call.name == "create_engine":
                yield self.finding(
                    trace.source,
                    call.node,
                    f"{driver} is asynchronous, and create_engine() makes a synchronous engine, "
                    "which fails when it connects; use create_async_engine()",
                )


def _parts(url: str) -> tuple[str, str]:
    """The backend and the driver of a URL's text; empty where it has none, as with a placeholder."""
    name, separator, _ = url.partition("://")
    if not separator:
        return "", ""
    backend, _, driver = name.partition("+")
    return backend, driver or _USUAL.get(backend, "")
