"""What an error of PostgreSQL says, by its SQLSTATE.

The codes: PostgreSQL's manual, appendix "PostgreSQL Error Codes". asyncpg and psycopg both carry them.
"""

from __future__ import annotations

from typing import Any

from taskbound.driver.failure import NOTHING_KNOWN, Kind, Verdict

_KINDS = {
    "40001": Kind.SERIALIZATION,
    "40P01": Kind.DEADLOCK,
    "55P03": Kind.LOCK,
    # admin_shutdown, crash_shutdown, cannot_connect_now, too_many_connections
    "57P01": Kind.LOST,
    "57P02": Kind.LOST,
    "57P03": Kind.LOST,
    "53300": Kind.LOST,
    # query_canceled is what `statement_timeout` gives, too.
    "57014": Kind.OVERTIME,
    "25P03": Kind.OVERTIME,
    "25P04": Kind.OVERTIME,
    "25006": Kind.READ_ONLY,
}
# connection_exception
_CONNECTION = "08"
_UNSUPPORTED = "0A000"
# The functions of the server that find a prepared statement out of date; their names are not translated.
_REVALIDATION = frozenset(("RevalidateCachedQuery", "RevalidateCachedPlan"))
# Classes of errors that abort the transaction before anything is written for good: data, integrity,
# transaction state, rollback, access rule, check option, object state, PL/pgSQL. Left out are those that
# may come with the loss of the connection or after the commit record: 08, 53, 57, 58, XX.
_UNDOING = ("22", "23", "25", "27", "40", "42", "44", "55", "P0")
# statement_completion_unknown, which PostgreSQL itself does not raise, and those who speak like it do
_UNKNOWN = "40003"


def verdict(error: BaseException) -> Verdict:
    """What an error of asyncpg or psycopg says; also inside SQLAlchemy's form of asyncpg's."""
    said = _said(error)
    code: str | None = getattr(said, "sqlstate", None)
    if not code:
        if _is_without_server(said):
            return Verdict(Kind.LOST)
        return Verdict(undone=True) if _is_unsent(said) else NOTHING_KNOWN
    if code == _UNSUPPORTED:
        return Verdict(Kind.STALE_PLAN if _routine(said) in _REVALIDATION else None, undone=True)
    kind = Kind.LOST if code.startswith(_CONNECTION) else _KINDS.get(code)
    return Verdict(kind, undone=code.startswith(_UNDOING) and code != _UNKNOWN)


def _said(error: BaseException) -> Any:
    """The error with the code: SQLAlchemy hides one of asyncpg's behind one of its own without it."""
    if getattr(error, "sqlstate", None) is None and error.__cause__ is not None:
        return error.__cause__
    return error


def _is_without_server(error: object) -> bool:
    """Whether libpq has said, in psycopg's class for what is no fault of the program, what no server said.

    It has no code for a connection that is lost or was not to be had.
    """
    return any(
        cls.__module__ == "psycopg" and cls.__name__ == "OperationalError"
        for cls in type(error).__mro__
    )


def _is_unsent(error: object) -> bool:
    """Whether asyncpg itself has refused, before it sent anything, to use the connection as it is."""
    cls = type(error)
    return cls.__module__.startswith("asyncpg.") and cls.__name__ == "InterfaceError"


def _routine(error: Any) -> str | None:
    """The function of the server that has raised it."""
    of_asyncpg: str | None = getattr(error, "server_source_function", None)
    diagnosis = getattr(error, "diag", None)
    if of_asyncpg is None and error.__cause__ is not None:
        of_asyncpg = getattr(error.__cause__, "server_source_function", None)
    return of_asyncpg or getattr(diagnosis, "source_function", None)
