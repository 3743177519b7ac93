"""Times with their zone on every database."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from sqlalchemy import DateTime, TypeDecorator

if TYPE_CHECKING:
    from sqlalchemy import Dialect
    from sqlalchemy.types import TypeEngine


class Utc(TypeDecorator[dt.datetime]):
    """A moment: `datetime`s with a zone go in, and come out in UTC, to the microsecond.

    `timestamp with time zone` on PostgreSQL. SQLite and MariaDB keep no zone, so the time that they keep is
    that of UTC.

    Raises `ValueError` for a `datetime` without a zone, wrapped in `sqlalchemy.exc.StatementError`.
    """

    impl: Any = DateTime(timezone=True)
    cache_ok: bool | None = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """MySQL and MariaDB cut a time off at the second unless they are told otherwise."""
        if dialect.name in {"mysql", "mariadb"}:
            # With its dialect, which not everybody needs.
            from sqlalchemy.dialects.mysql import DATETIME

            return dialect.type_descriptor(DATETIME(fsp=6))
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> Any:
        """The time that the database keeps."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone may be any moment: give it one")
        found = value.astimezone(dt.UTC)
        return found if dialect.name == "postgresql" else found.replace(tzinfo=None)

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> Any:  # noqa: ARG002  # SQLAlchemy's own
        """The moment in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


def now() -> dt.datetime:
    """This moment, in UTC."""
    return dt.datetime.now(dt.UTC)
