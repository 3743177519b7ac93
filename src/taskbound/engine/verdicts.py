"""What an error says about its transaction, on each engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from taskbound.driver import failure_of_mysql, failure_of_postgresql, failure_of_sqlite
from taskbound.driver.failure import NOTHING_KNOWN, Kind, Verdict
from taskbound.engine.pool import is_unreached

if TYPE_CHECKING:
    from collections.abc import Callable

# By SQLAlchemy's name of the dialect.
_FAMILIES: dict[str, Callable[[BaseException], Verdict]] = {
    "postgresql": failure_of_postgresql.verdict,
    "mysql": failure_of_mysql.verdict,
    "mariadb": failure_of_mysql.verdict,
    "sqlite": failure_of_sqlite.verdict,
}


def verdict_of(error: BaseException | None, dialect: str) -> Verdict:
    """What is known from the code of a driver's error, or of SQLAlchemy's around one.

    dialect: SQLAlchemy's name of it; of others than taskbound's only a lost connection is known.
    """
    if error is not None and is_unreached(error):
        return Verdict(Kind.LOST)
    family = _FAMILIES.get(dialect)
    is_lost = isinstance(error, DBAPIError) and error.connection_invalidated
    original = error.orig if isinstance(error, DBAPIError) else error
    found = family(original) if family is not None and original is not None else NOTHING_KNOWN
    return found._replace(kind=Kind.LOST) if is_lost and found.kind is None else found
